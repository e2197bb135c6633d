import { expect, test } from "bun:test";
import { createSessionCache, type StoredSession } from "./session-cache.ts";

const SID = "a session";

function sessionOf(change: Partial<StoredSession> = {}): StoredSession {
  return {
    user: "ann",
    role: "member",
    suspendedUntil: null,
    expiresAt: Date.now() + 60_000,
    lastSeenAt: Date.now(),
    ...change,
  };
}

/** A cache over reads that the test answers, in the order in which they began. */
function openCache(options: { maxEntries?: number } = {}) {
  let time = 0;
  const reads: PromiseWithResolvers<StoredSession | null>[] = [];
  const { find, refresh, forget } = createSessionCache(
    () => {
      const read = Promise.withResolvers<StoredSession | null>();
      reads.push(read);
      return read.promise;
    },
    { now: () => time, ...options },
  );
  return {
    find,
    refresh,
    forget,
    reads,
    pass(ms: number): void {
      time += ms;
    },
    /** Caches a session. */
    async load(sid = SID, session = sessionOf()): Promise<StoredSession> {
      const found = find(sid);
      reads.at(-1)?.resolve(session);
      await found;
      return session;
    },
  };
}

test("A session is read once in a second", async () => {
  const cache = openCache();
  const session = await cache.load();
  cache.pass(999);
  expect(cache.find(SID)).toBe(session);
  cache.pass(1);
  expect(cache.find(SID)).toBeInstanceOf(Promise);
  expect(cache.reads).toHaveLength(2);
});

test("The second begins with the read and not with its answer", async () => {
  const cache = openCache();
  const found = cache.find(SID);
  cache.pass(900);
  cache.reads[0]?.resolve(sessionOf());
  await found;
  cache.pass(100);
  void cache.find(SID);
  expect(cache.reads).toHaveLength(2);
});

test("Checks that come together share one read", async () => {
  const cache = openCache();
  const checks = [cache.find(SID), cache.find(SID), cache.find(SID)];
  cache.reads[0]?.resolve(null);
  expect(await Promise.all(checks)).toEqual([null, null, null]);
  expect(cache.reads).toHaveLength(1);
});

test("A check that began before the session ended does not put it back", async () => {
  const cache = openCache();
  const early = cache.find(SID);
  cache.forget([SID]);
  const late = cache.find(SID);
  cache.reads[1]?.resolve(null);
  expect(await late).toBeNull();
  const session = sessionOf();
  cache.reads[0]?.resolve(session);
  expect(await early).toBe(session);
  void cache.find(SID);
  expect(cache.reads).toHaveLength(3);
});

test("A session that is forgotten is read again at once", async () => {
  const cache = openCache();
  await cache.load();
  cache.forget([SID]);
  void cache.find(SID);
  expect(cache.reads).toHaveLength(2);
});

test.each([
  ["has ended", null],
  ["has expired", sessionOf({ expiresAt: Date.now() - 1 })],
  ["is of a suspended user", sessionOf({ suspendedUntil: Date.now() + 60_000 })],
  [
    "is of a user who is suspended for ever",
    sessionOf({ suspendedUntil: Number.POSITIVE_INFINITY }),
  ],
])("A session that %s is not active, and is not cached", async (_why, session) => {
  const cache = openCache();
  const found = cache.find(SID);
  cache.reads[0]?.resolve(session);
  expect(await found).toBeNull();
  void cache.find(SID);
  expect(cache.reads).toHaveLength(2);
});

test("A user whose suspension is over has an active session", async () => {
  const cache = openCache();
  const session = await cache.load(SID, sessionOf({ suspendedUntil: Date.now() - 1 }));
  expect(cache.find(SID)).toBe(session);
});

test("A cached session that expires is read again, because it may have been renewed", async () => {
  const cache = openCache();
  const session = { ...sessionOf() };
  await cache.load(SID, session);
  session.expiresAt = Date.now() - 1;
  const found = cache.find(SID);
  const renewed = sessionOf();
  cache.reads[1]?.resolve(renewed);
  expect(await found).toBe(renewed);
});

test("A read that fails is not cached", async () => {
  const cache = openCache();
  const found = Promise.resolve(cache.find(SID));
  cache.reads[0]?.reject(new Error("no database"));
  await expect(found).rejects.toThrow("no database");
  void cache.find(SID);
  expect(cache.reads).toHaveLength(2);
});

test("The session that was read first is evicted when the cache is full", async () => {
  const cache = openCache({ maxEntries: 2 });
  for (const sid of ["first", "second", "third"]) await cache.load(sid);
  expect(cache.find("third")).not.toBeInstanceOf(Promise);
  expect(cache.find("second")).not.toBeInstanceOf(Promise);
  void cache.find("first");
  expect(cache.reads).toHaveLength(4);
});

test("A refresh reads a session that is cached", async () => {
  const cache = openCache();
  await cache.load();
  const refreshed = cache.refresh(SID);
  cache.reads[1]?.resolve(null);
  expect(await refreshed).toBeNull();
  void cache.find(SID);
  expect(cache.reads).toHaveLength(3);
});
