import type { Door } from "./endpoint.ts";
import { pour } from "./flood.ts";
import { spoil } from "./garbage.ts";
import { readNothing } from "./slow-reader.ts";

/** What the attackers, a thread of their own, are told. */
export interface Orders {
  readonly door: Door;
  /** A chat of theirs alone. */
  readonly chat: string;
  /** Milliseconds. */
  readonly length: number;
}

/** How often each sort of attacker was closed with each code; `open` where it was not. */
export type Closes = Record<string, Record<string, number>>;

/** What they tell when their time is over. */
export interface Report {
  readonly closes: Closes;
  /** Messages that the floods sent. */
  readonly poured: number;
}

const SLOW_READERS = 10;
const SPOILERS = 20;
const FLOODS = 5;
/** Milliseconds that a slow reader reads nothing. */
const READS_NOTHING = 25_000;
/** Milliseconds after which somebody who was thrown out comes again. */
const PAUSE = 100;

declare const self: Worker;
self.onmessage = async ({ data }: MessageEvent<Orders>) => postMessage(await attack(data));

interface Attack {
  readonly codes: Record<string, number>;
  /** @returns the code with which the attacker was closed, if it was. */
  readonly act: (n: number) => Promise<number | undefined>;
  /** Milliseconds that it takes: too late, it is not begun. */
  readonly lasts?: number;
}

async function attack({ door, chat, length }: Orders): Promise<Report> {
  const closes = { "slow readers": {}, "senders of garbage": {}, floods: {} };
  const end = Date.now() + length;
  const left = () => end - Date.now();
  let poured = 0;
  const keep = async ({ codes, act, lasts = 0 }: Attack, n: number) => {
    for (; left() > lasts; n++) {
      const code = (await act(n).catch(() => "refused")) ?? "open";
      codes[code] = (codes[code] ?? 0) + 1;
      await Bun.sleep(PAUSE);
    }
  };
  const many = (count: number, sort: Attack) =>
    Array.from({ length: count }, (_, n) => keep(sort, n));
  await Promise.all([
    ...many(SLOW_READERS, {
      codes: closes["slow readers"],
      act: () => readNothing(door, READS_NOTHING),
      lasts: READS_NOTHING,
    }),
    ...many(SPOILERS, { codes: closes["senders of garbage"], act: (n) => spoil(door, n) }),
    ...many(FLOODS, {
      codes: closes.floods,
      async act() {
        const flood = await pour(door, chat, () => left() <= 0);
        poured += flood.poured;
        return flood.code;
      },
    }),
  ]);
  return { closes, poured };
}
