import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import fc from "fast-check";
import { type CreatePresence, PresenceWorld } from "./presence-world.ts";

const PEOPLE = ["ann", "bob", "cyd", "dan"];
const CHATS = ["room", "hall", "club"];
const COALESCE_MS = 1_000;

const person = fc.constantFrom(...PEOPLE);
const two = fc.uniqueArray(person, { minLength: 2, maxLength: 2 }) as fc.Arbitrary<
  [string, string]
>;
const change = fc.oneof(
  fc.record({ kind: fc.constant("connect" as const), who: person }),
  fc.record({ kind: fc.constant("disconnect" as const), which: fc.nat(9) }),
  fc.record({ kind: fc.constant("join" as const), who: person, chat: fc.constantFrom(...CHATS) }),
  fc.record({ kind: fc.constant("leave" as const), who: person, chat: fc.constantFrom(...CHATS) }),
  fc.record({ kind: fc.constant("block" as const), two }),
  fc.record({ kind: fc.constant("unblock" as const), two }),
  fc.record({
    kind: fc.constant("pass" as const),
    ms: fc.constantFrom<number>(10, 40, 700, 3_000, 6_000),
  }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** Cases that once ended with a wrong frame. */
const FOUND: [[string, string][], Change[]][] = [
  // A user connects and joins a chat within a second, and others get their snapshot between the two.
  [
    [["ann", "club"]],
    [
      { kind: "connect", who: "ann" },
      { kind: "connect", who: "dan" },
      { kind: "pass", ms: 40 },
      { kind: "join", who: "dan", chat: "club" },
    ],
  ],
  // A user leaves a chat again before the entry is sent.
  [
    [],
    [
      { kind: "connect", who: "dan" },
      { kind: "pass", ms: 6_000 },
      { kind: "connect", who: "cyd" },
      { kind: "join", who: "cyd", chat: "hall" },
      { kind: "leave", who: "cyd", chat: "hall" },
      { kind: "join", who: "dan", chat: "hall" },
    ],
  ],
  // A user leaves a chat right after a block, or while the block is being sent.
  ...[0, 10].map((ms): [[string, string][], Change[]] => [
    [
      ["ann", "hall"],
      ["bob", "hall"],
    ],
    [
      { kind: "connect", who: "bob" },
      { kind: "connect", who: "ann" },
      { kind: "pass", ms: 6_000 },
      { kind: "block", two: ["ann", "bob"] },
      { kind: "pass", ms },
      { kind: "leave", who: "ann", chat: "hall" },
    ],
  ]),
];

async function happen(world: PresenceWorld, event: Change): Promise<void> {
  const { readers } = world;
  switch (event.kind) {
    case "connect":
      return void (await world.connect(event.who));
    case "disconnect": {
      const reader = readers[event.which % Math.max(1, readers.length)];
      return reader && world.disconnect(reader);
    }
    case "join":
      return world.join(event.who, event.chat);
    case "leave":
      return world.leave(event.who, event.chat);
    case "block":
      return world.block(...event.two);
    case "unblock":
      return world.unblock(...event.two);
    case "pass":
      return world.pass(event.ms);
  }
}

/** Describes what every implementation of {@link Presence} does. */
export function describePresence(name: string, create: CreatePresence): void {
  describe(`${name} presence`, () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    test("Each reader ends up seeing online exactly the users with a chat in common and no block, whatever happens", async () => {
      const memberships = fc.array(fc.tuple(person, fc.constantFrom(...CHATS)), {
        maxLength: 12,
        size: "max",
      });
      const changes = fc.array(change, { maxLength: 40, size: "max" });
      await fc.assert(
        fc.asyncProperty(memberships, changes, async (members, events) => {
          const world = new PresenceWorld(create);
          for (const [user, chat] of members) world.join(user, chat);
          for (const event of events) await happen(world, event);
          await world.pass(LIMITS.offlineGraceMs + 3 * COALESCE_MS);
          const here = new Set(world.readers.map(({ user }) => user));
          for (const reader of world.readers) {
            const online = PEOPLE.filter(
              (other) =>
                other !== reader.user &&
                here.has(other) &&
                world.shareChat(reader.user, other) &&
                !world.isBlocked(reader.user, other),
            );
            expect([...reader.onlineUsers()].sort()).toEqual(online);
          }
          expect(world.failures).toEqual([]);
        }),
        { numRuns: 300, examples: FOUND },
      );
    });

    test("A reader is sent no entry of themselves or of strangers, no user twice in a frame, and no two frames in a second", async () => {
      const memberships = fc.array(fc.tuple(person, fc.constantFrom(...CHATS)), {
        maxLength: 12,
        size: "max",
      });
      const changes = fc.array(
        change.filter(({ kind }) => kind !== "leave"),
        { maxLength: 40, size: "max" },
      );
      await fc.assert(
        fc.asyncProperty(memberships, changes, async (members, events) => {
          const world = new PresenceWorld(create);
          for (const [user, chat] of members) world.join(user, chat);
          for (const event of events) await happen(world, event);
          await world.pass(2 * COALESCE_MS);
          for (const { user, received } of world.readers) {
            for (const { users } of received) {
              const ids = users.map(({ id }) => id);
              expect(new Set(ids).size).toBe(ids.length);
              for (const id of ids)
                expect([id !== user, world.shareChat(user, id)]).toEqual([true, true]);
            }
            const times = received.slice(1).map(({ at }) => at);
            times.forEach((at, n) => {
              expect(n === 0 || at - (times[n - 1] ?? 0) >= COALESCE_MS).toBe(true);
            });
          }
        }),
        { numRuns: 300 },
      );
    });

    test("Users who share no chat after one of them left are shown to each other as offline, unless a block stands", async () => {
      const world = new PresenceWorld(create);
      for (const user of ["ann", "bob", "cyd", "dan"]) world.join(user, "room");
      for (const user of ["ann", "bob"]) world.join(user, "hall");
      world.block("ann", "dan");
      const [ann, bob, cyd, dan] = await Promise.all(PEOPLE.map((user) => world.connect(user)));
      await world.pass(2 * COALESCE_MS);
      const frames = dan?.received.length;
      world.leave("ann", "room");
      await world.pass(2 * COALESCE_MS);
      const gone = (id: string) => [{ id, online: false, lastSeenAt: null }];
      expect(ann?.received.at(-1)?.users).toEqual(gone("cyd"));
      expect(cyd?.received.at(-1)?.users).toEqual(gone("ann"));
      expect([...(bob?.onlineUsers() ?? [])].sort()).toEqual(["ann", "cyd", "dan"]);
      expect(dan?.received.length).toBe(frames);
    });

    test("A user who leaves a chat during the offline grace is not shown as online there", async () => {
      const world = new PresenceWorld(create);
      for (const user of ["ann", "bob"]) world.join(user, "room");
      const ann = await world.connect("ann");
      const bob = await world.connect("bob");
      await world.pass(2 * COALESCE_MS);
      world.disconnect(bob);
      await world.pass(LIMITS.offlineGraceMs - 100);
      world.leave("bob", "room");
      await world.pass(3 * COALESCE_MS);
      expect([...ann.onlineUsers()]).toEqual([]);
    });

    test("A user who reconnects within five seconds or has another connection stays online", async () => {
      const world = new PresenceWorld(create);
      for (const user of ["ann", "bob"]) world.join(user, "room");
      const ann = await world.connect("ann");
      const [desk, phone] = [await world.connect("bob"), await world.connect("bob")];
      await world.pass(2 * COALESCE_MS);
      const frames = ann.received.length;
      world.disconnect(desk);
      await world.pass(2 * LIMITS.offlineGraceMs);
      world.disconnect(phone);
      await world.pass(LIMITS.offlineGraceMs - 100);
      const back = await world.connect("bob");
      await world.pass(2 * LIMITS.offlineGraceMs);
      expect(ann.received.length).toBe(frames);
      world.disconnect(back);
      await world.pass(LIMITS.offlineGraceMs - 100);
      expect(world.presence.isOnline("bob")).toBe(true);
      await world.pass(2 * COALESCE_MS);
      expect(ann.received.at(-1)?.users).toEqual([
        { id: "bob", online: false, lastSeenAt: world.saved.get("bob")?.toISOString() ?? "never" },
      ]);
    });

    test("Changes that cannot be sent while the database is away are sent when it is back", async () => {
      const world = new PresenceWorld(create);
      for (const user of ["ann", "bob"]) world.join(user, "room");
      const ann = await world.connect("ann");
      const bob = await world.connect("bob");
      await world.pass(2 * COALESCE_MS);
      world.isDatabaseUp = false;
      world.disconnect(bob);
      await world.pass(LIMITS.offlineGraceMs + 3 * COALESCE_MS);
      expect([...ann.onlineUsers()]).toEqual(["bob"]);
      expect(world.failures.length).toBeGreaterThan(0);
      world.isDatabaseUp = true;
      await world.pass(2 * COALESCE_MS);
      expect([...ann.onlineUsers()]).toEqual([]);
      expect([...world.saved.keys()]).toEqual(["bob"]);
    });

    test("Stopping the server stores the current time as the last one at which its users were seen", async () => {
      const world = new PresenceWorld(create);
      world.join("ann", "room");
      await world.connect("ann");
      const end = world.presence[Symbol.asyncDispose]();
      await world.pass(1_000);
      await end;
      expect([...world.saved.keys()]).toEqual(["ann"]);
    });
  });
}
