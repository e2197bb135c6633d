import { requestBootstrap } from "../abuse/bootstrap-attack.ts";
import type { Endpoint } from "./endpoint.ts";
import { flood } from "./flood.ts";
import { sendGarbage } from "./garbage.ts";
import { guess } from "./guess.ts";
import { searchInVain } from "./search-in-vain.ts";
import { readNothing } from "./slow-reader.ts";
import { beginBody } from "./unfinished-body.ts";

/** The message to the worker thread of the attackers. */
export interface Orders {
  readonly endpoint: Endpoint;
  /** The chat that the floods write to. */
  readonly chat: string;
  readonly lengthMs: number;
}

/** Counts the ends of attacks by kind of attacker and close code or status; `open` counts sockets that stayed open. */
export type Closes = Record<string, Record<string, number>>;

/** The message of the worker thread at its end. */
export interface Report {
  readonly closes: Closes;
  /** Messages that the floods sent. */
  readonly flooded: number;
}

const SLOW_READERS = 10;
const GARBAGE_SENDERS = 20;
const FLOODS = 5;
const GUESSERS = 10;
const BOOTSTRAPPERS = 10;
const BODY_SENDERS = 20;
const SEARCHERS = 5;
const SLOW_READER_PAUSE_MS = 25_000;
/** Time between the end of an attack and the next one of the same attacker. */
const RECONNECT_MS = 100;

declare const self: Worker;
self.onmessage = async ({ data }: MessageEvent<Orders>) => postMessage(await attack(data));

interface Attack {
  readonly codes: Record<string, number>;
  /** @returns the close code, if the socket was closed, or the status. */
  readonly act: (n: number) => Promise<number | undefined>;
  /** An attack is not begun when less time than this is left. */
  readonly durationMs?: number;
}

async function attack({ endpoint, chat, lengthMs }: Orders): Promise<Report> {
  const closes = {
    "slow readers": {},
    "senders of garbage": {},
    floods: {},
    guessers: {},
    bootstrappers: {},
    "senders of unfinished bodies": {},
    searchers: {},
  };
  const end = Date.now() + lengthMs;
  const left = () => end - Date.now();
  let flooded = 0;
  const repeat = async ({ codes, act, durationMs = 0 }: Attack, n: number) => {
    for (; left() > durationMs; n++) {
      const code = (await act(n).catch(() => "refused")) ?? "open";
      codes[code] = (codes[code] ?? 0) + 1;
      await Bun.sleep(RECONNECT_MS);
    }
  };
  const many = (count: number, kind: Attack) =>
    Array.from({ length: count }, (_, n) => repeat(kind, n));
  await Promise.all([
    ...many(SLOW_READERS, {
      codes: closes["slow readers"],
      act: () => readNothing(endpoint, SLOW_READER_PAUSE_MS),
      durationMs: SLOW_READER_PAUSE_MS,
    }),
    ...many(GARBAGE_SENDERS, {
      codes: closes["senders of garbage"],
      act: (n) => sendGarbage(endpoint, n),
    }),
    ...many(FLOODS, {
      codes: closes.floods,
      async act() {
        const result = await flood(endpoint, chat, () => left() <= 0);
        flooded += result.flooded;
        return result.code;
      },
    }),
    ...many(BOOTSTRAPPERS, {
      codes: closes.bootstrappers,
      act: () => requestBootstrap(endpoint),
    }),
    ...many(SEARCHERS, { codes: closes.searchers, act: () => searchInVain(endpoint) }),
    ...many(GUESSERS, { codes: closes.guessers, act: (n) => guess(endpoint, n) }),
    ...many(BODY_SENDERS, {
      codes: closes["senders of unfinished bodies"],
      act: (n) => beginBody(endpoint, n),
    }),
  ]);
  return { closes, flooded };
}
