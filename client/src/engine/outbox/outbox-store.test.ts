import { afterEach, expect, jest, test } from "bun:test";
import type { ErrorCode } from "@parley/contracts/errors";
import { CHAT, ME } from "../../testing/fixtures.ts";
import { createDevice } from "../../testing/memory-device.ts";
import type { NewMessage } from "./outbox.ts";
import type { Kept, Tab } from "./outbox-keep.ts";
import { createKeptOutbox } from "./outbox-store.ts";

afterEach(() => void jest.useRealTimers());

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const never = new Promise<never>(() => {});
const unlocked = { id: "unlocked", alive: async () => null };

function message(n: number): NewMessage {
  const [clientId, createdAt] = [`id ${n}`, `2026-06-12T18:00:0${n}.000Z`];
  return { clientId, chat: CHAT, body: `${n}`, replyTo: null, createdAt };
}

/** A visit to a device, and what it was given of what others left. */
function visit(device = createDevice(), tab: Tab = device.openTab().tab) {
  const given: Kept[] = [];
  const { storage, outbox } = device;
  const outboxHere = createKeptOutbox({ storage, keep: outbox, tab, user: () => ME });
  const bodies = () => given.map(({ message }) => message.body);
  return {
    ...outboxHere,
    device,
    given,
    bodies,
    claim: () => outboxHere.claim((kept) => void given.push(...kept)),
    /** As a tab that died left it: in the journal alone. */
    journaled(n: number, failed: ErrorCode | null = null) {
      const kept = { message: message(n), user: ME, tab: "dead", failed };
      storage.setItem(`parley.unsent.${ME}.id ${n}`, JSON.stringify(kept));
    },
    /** Or in the database alone. */
    stored: (n: number, failed: ErrorCode | null = null) =>
      outbox.put({ message: message(n), user: ME, tab: "dead", failed }),
  };
}

test("what is put moves from the journal to the database, and stays where there is none", async () => {
  const { device, put } = visit();
  put(message(1), null);
  expect([device.storage.length, device.outbox.kept().length]).toEqual([1, 1]);
  await settled();
  expect([device.storage.length, device.outbox.kept().length]).toEqual([0, 1]);
  device.outbox.isFull = true;
  put(message(2), null);
  await settled();
  expect([device.storage.length, device.outbox.kept().length]).toEqual([1, 1]);
});

test("what one tab left in two places goes to one of the others, all of it", async () => {
  const { device, stored, journaled } = visit();
  const others = [visit(device), visit(device)] as const;
  await stored(1);
  journaled(2);
  await Promise.all(others.map(({ claim }) => claim()));
  expect(others.map(({ bodies }) => bodies())).toEqual([["1", "2"], []]);
  expect(device.storage.length).toBe(0);
});

test("what a tab that lives has not put away yet is left to it", async () => {
  const { device, put } = visit();
  const other = visit(device);
  device.outbox.isFull = true;
  put(message(1), null);
  await other.claim();
  expect(other.given).toEqual([]);
  device.outbox.isFull = false;
  await other.claim();
  expect(other.given).toEqual([]);
});

test("what the journal says is newer than what the database does", async () => {
  const { stored, journaled, claim, given } = visit();
  await stored(1);
  journaled(1, "blocked");
  await claim();
  expect(given).toMatchObject([{ failed: "blocked" }]);
});

test("a state that was put away late takes no newer one out of the journal", async () => {
  const { device, put } = visit();
  const first = Promise.withResolvers<boolean>();
  device.outbox.put = () => first.promise;
  put(message(1), null);
  device.outbox.put = () => never;
  put(message(1), "blocked");
  first.resolve(true);
  await settled();
  const next = visit(device, { id: "next", alive: async () => new Set() });
  await next.claim();
  expect(next.given).toMatchObject([{ failed: "blocked" }]);
});

test("where tabs can’t be told apart, all is taken once", async () => {
  const { stored, claim, bodies } = visit(undefined, unlocked);
  await stored(1);
  await claim();
  await stored(2);
  await claim();
  expect(bodies()).toEqual(["1"]);
});

test("a database is waited for two seconds, and heard later too, but not of what is gone", async () => {
  const { device, stored, journaled, claim, bodies, forget } = visit();
  await stored(1);
  await stored(2);
  journaled(2);
  journaled(3);
  const { promise: answer, resolve } = Promise.withResolvers<void>();
  const { claim: claimNow } = device.outbox;
  device.outbox.claim = async (...asked) => {
    const claimed = await claimNow(...asked);
    await answer;
    return claimed;
  };
  jest.useFakeTimers();
  const claiming = claim();
  for (let n = 0; n < 5; n++) await Promise.resolve();
  jest.advanceTimersByTime(1_999);
  for (let n = 0; n < 5; n++) await Promise.resolve();
  expect(bodies()).toEqual([]);
  jest.advanceTimersByTime(1);
  await claiming;
  expect(bodies()).toEqual(["2", "3"]);
  forget(message(2).clientId);
  resolve();
  jest.useRealTimers();
  await settled();
  expect(bodies()).toEqual(["2", "3", "1", "3"]);
  expect([device.storage.length, device.outbox.kept().length]).toEqual([0, 2]);
});

test.each<[string, Tab["alive"]]>([
  ["locks that never answer", () => never],
  ["a browser without locks", async () => null],
])("%s keep nothing back", async (_, alive) => {
  const { journaled, claim, bodies } = visit(undefined, { id: "here", alive });
  journaled(1);
  jest.useFakeTimers();
  const claiming = claim();
  jest.advanceTimersByTime(2_000);
  await claiming;
  expect(bodies()).toEqual(["1"]);
});

test("what can’t be read in the journal is passed over", async () => {
  const { device, journaled, claim, bodies } = visit();
  journaled(1);
  device.storage.setItem(`parley.unsent.${ME}.id 2`, "{");
  await claim();
  expect([bodies(), device.storage.length]).toEqual([["1"], 0]);
});

test.each([false, true])(
  "nothing is left once it was cleared, or comes after (full: %p)",
  async (isFull) => {
    const { device, put, clear } = visit();
    const late = visit(device);
    device.outbox.isFull = isFull;
    put(message(1), null);
    const cleared = clear();
    put(message(2), null);
    await cleared;
    expect([device.storage.length, device.outbox.kept().length]).toEqual([0, 0]);
    late.journaled(3);
    const claiming = late.claim();
    await late.clear();
    await claiming;
    expect([late.given, device.storage.length]).toEqual([[], 0]);
  },
);
