import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import fc from "fast-check";
import { PresenceWorld } from "./testing/presence-world.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const PEOPLE = ["ann", "bob", "cyd", "dan"];
const CHATS = ["room", "hall", "club"];
const GATHER = 1_000;

const person = fc.constantFrom(...PEOPLE);
const two = fc.uniqueArray(person, { minLength: 2, maxLength: 2 }) as fc.Arbitrary<
  [string, string]
>;
const happening = fc.oneof(
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
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** What once left somebody with a wrong belief. */
const FOUND: [[string, string][], Happening[]][] = [
  // Coming, and into a chat within the same second, where others were introduced between the two.
  [
    [["ann", "club"]],
    [
      { kind: "connect", who: "ann" },
      { kind: "connect", who: "dan" },
      { kind: "pass", ms: 40 },
      { kind: "join", who: "dan", chat: "club" },
    ],
  ],
  // Out of a chat again before the entry is told.
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
  // A block, and a parting right after or while the block is being told.
  ...[0, 10].map((ms): [[string, string][], Happening[]] => [
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

async function happen(world: PresenceWorld, event: Happening): Promise<void> {
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

test("whatever happens, each reader comes to know of those with a chat in common and no block, and of no other", async () => {
  const memberships = fc.array(fc.tuple(person, fc.constantFrom(...CHATS)), {
    maxLength: 12,
    size: "max",
  });
  const happenings = fc.array(happening, { maxLength: 40, size: "max" });
  await fc.assert(
    fc.asyncProperty(memberships, happenings, async (members, events) => {
      const world = new PresenceWorld();
      for (const [user, chat] of members) world.join(user, chat);
      for (const event of events) await happen(world, event);
      await world.pass(LIMITS.offlineGraceMs + 3 * GATHER);
      const here = new Set(world.readers.map(({ user }) => user));
      for (const reader of world.readers) {
        const online = PEOPLE.filter(
          (other) =>
            other !== reader.user &&
            here.has(other) &&
            world.shareChat(reader.user, other) &&
            !world.isBlocked(reader.user, other),
        );
        expect([...reader.believed()].sort()).toEqual(online);
      }
      expect(world.faults).toEqual([]);
    }),
    { numRuns: 300, examples: FOUND },
  );
});

test("whatever happens, nobody is told of themselves, of strangers, of one twice, or twice in a second", async () => {
  const memberships = fc.array(fc.tuple(person, fc.constantFrom(...CHATS)), {
    maxLength: 12,
    size: "max",
  });
  const happenings = fc.array(
    happening.filter(({ kind }) => kind !== "leave"),
    { maxLength: 40, size: "max" },
  );
  await fc.assert(
    fc.asyncProperty(memberships, happenings, async (members, events) => {
      const world = new PresenceWorld();
      for (const [user, chat] of members) world.join(user, chat);
      for (const event of events) await happen(world, event);
      await world.pass(2 * GATHER);
      for (const { user, told } of world.readers) {
        for (const { users } of told) {
          const ids = users.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const id of ids)
            expect([id !== user, world.shareChat(user, id)]).toEqual([true, true]);
        }
        const times = told.slice(1).map(({ at }) => at);
        times.forEach((at, n) => {
          expect(n === 0 || at - (times[n - 1] ?? 0) >= GATHER).toBe(true);
        });
      }
    }),
    { numRuns: 300 },
  );
});

test("who leaves a chat and who stays take each other for offline, unless they share another or a block stands", async () => {
  const world = new PresenceWorld();
  for (const user of ["ann", "bob", "cyd", "dan"]) world.join(user, "room");
  for (const user of ["ann", "bob"]) world.join(user, "hall");
  world.block("ann", "dan");
  const [ann, bob, cyd, dan] = await Promise.all(PEOPLE.map((user) => world.connect(user)));
  await world.pass(2 * GATHER);
  const frames = dan?.told.length;
  world.leave("ann", "room");
  await world.pass(2 * GATHER);
  const gone = (id: string) => [{ id, online: false, lastSeenAt: null }];
  expect(ann?.told.at(-1)?.users).toEqual(gone("cyd"));
  expect(cyd?.told.at(-1)?.users).toEqual(gone("ann"));
  expect([...(bob?.believed() ?? [])].sort()).toEqual(["ann", "cyd", "dan"]);
  expect(dan?.told.length).toBe(frames);
});

test("of who left a chat while their going was still to be told, nobody thinks that they are there", async () => {
  const world = new PresenceWorld();
  for (const user of ["ann", "bob"]) world.join(user, "room");
  const ann = await world.connect("ann");
  const bob = await world.connect("bob");
  await world.pass(2 * GATHER);
  world.disconnect(bob);
  await world.pass(LIMITS.offlineGraceMs - 100);
  world.leave("bob", "room");
  await world.pass(3 * GATHER);
  expect([...ann.believed()]).toEqual([]);
});

test("a thousand whose chat is removed forget each other, in one frame a reader", async () => {
  const world = new PresenceWorld();
  const people = Array.from({ length: 1_000 }, (_, n) => `person ${n}`);
  for (const user of people) world.join(user, "everyone");
  await Promise.all(people.map((user) => world.connect(user)));
  await world.pass(3 * GATHER);
  const [frames, statements] = [world.readers.map(({ told }) => told.length), world.statements];
  for (const user of people) world.leave(user, "everyone");
  await world.pass(2 * GATHER);
  expect(world.readers.map(({ told }) => told.length)).toEqual(frames.map((count) => count + 1));
  for (const reader of world.readers) expect(reader.believed().size).toBe(0);
  expect(world.statements - statements).toBeLessThanOrEqual(3);
});

test("a thousand who come back within a second make two frames a reader, and few statements", async () => {
  const world = new PresenceWorld();
  const people = Array.from({ length: 1_000 }, (_, n) => `person ${n}`);
  for (const user of people) world.join(user, "everyone");
  for (const [n, user] of people.entries()) {
    // Each has a talk of their own with the next, and is in a team of ten.
    world.join(user, `talk ${n}`);
    world.join(people[(n + 1) % people.length] ?? "", `talk ${n}`);
    world.join(user, `team ${n % 100}`);
  }
  for (const [n, user] of people.entries()) {
    await world.connect(user);
    if (n % 40 === 39) await world.pass(40);
  }
  await world.pass(3 * GATHER);
  const rounds = 1_000 / 30;
  expect(world.statements).toBeLessThan(2 * rounds);
  let entries = 0;
  for (const { told } of world.readers) {
    entries += told.reduce((sum, { users }) => sum + users.length, 0);
    expect(told.length).toBeLessThanOrEqual(3);
  }
  for (const reader of world.readers) expect(reader.believed().size).toBe(999);
  // Each learns of each once: by the first frame or by a later one.
  expect(entries).toBe(1_000 * 999);
});

test("a thousand who go make one frame for who stays, and three statements", async () => {
  const world = new PresenceWorld();
  const people = Array.from({ length: 1_000 }, (_, n) => `person ${n}`);
  for (const user of ["ann", ...people]) world.join(user, "everyone");
  const ann = await world.connect("ann");
  const others = await Promise.all(people.map((user) => world.connect(user)));
  await world.pass(3 * GATHER);
  const [frames, statements] = [ann.told.length, world.statements];
  for (const other of others) world.disconnect(other);
  await world.pass(LIMITS.offlineGraceMs + 3 * GATHER);
  expect(ann.told.length).toBe(frames + 1);
  expect(ann.believed().size).toBe(0);
  expect(world.statements - statements).toBeLessThanOrEqual(3);
  expect(world.saved.size).toBe(1_000);
});

test("who comes back within five seconds, or is still there on another device, was never gone", async () => {
  const world = new PresenceWorld();
  for (const user of ["ann", "bob"]) world.join(user, "room");
  const ann = await world.connect("ann");
  const [desk, phone] = [await world.connect("bob"), await world.connect("bob")];
  await world.pass(2 * GATHER);
  const frames = ann.told.length;
  world.disconnect(desk);
  await world.pass(2 * LIMITS.offlineGraceMs);
  world.disconnect(phone);
  await world.pass(LIMITS.offlineGraceMs - 100);
  const back = await world.connect("bob");
  await world.pass(2 * LIMITS.offlineGraceMs);
  expect(ann.told.length).toBe(frames);
  world.disconnect(back);
  await world.pass(LIMITS.offlineGraceMs - 100);
  expect(world.presence.isOnline("bob")).toBe(true);
  await world.pass(2 * GATHER);
  expect(ann.told.at(-1)?.users).toEqual([
    { id: "bob", online: false, lastSeenAt: world.saved.get("bob")?.toISOString() ?? "never" },
  ]);
});

test("what can’t be told while the database is away is told when it is back", async () => {
  const world = new PresenceWorld();
  for (const user of ["ann", "bob"]) world.join(user, "room");
  const ann = await world.connect("ann");
  const bob = await world.connect("bob");
  await world.pass(2 * GATHER);
  world.isBroken = true;
  world.disconnect(bob);
  await world.pass(LIMITS.offlineGraceMs + 3 * GATHER);
  expect([...ann.believed()]).toEqual(["bob"]);
  expect(world.faults.length).toBeGreaterThan(0);
  world.isBroken = false;
  await world.pass(2 * GATHER);
  expect([...ann.believed()]).toEqual([]);
  expect([...world.saved.keys()]).toEqual(["bob"]);
});

test("the end of the server counts as the last that was seen of all who are online", async () => {
  const world = new PresenceWorld();
  world.join("ann", "room");
  await world.connect("ann");
  const end = world.presence[Symbol.asyncDispose]();
  await world.pass(1_000);
  await end;
  expect([...world.saved.keys()]).toEqual(["ann"]);
});
