import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { createLocalPresence } from "./local-presence.ts";
import { describePresence } from "./testing/presence-contract.ts";
import { PresenceWorld } from "./testing/presence-world.ts";

const COALESCE_MS = 1_000;

describePresence("local", createLocalPresence);

describe("the cost of local presence", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test("Removing a chat of a thousand sends one frame to each reader", async () => {
    const world = new PresenceWorld(createLocalPresence);
    const people = Array.from({ length: 1_000 }, (_, n) => `person ${n}`);
    for (const user of people) world.join(user, "everyone");
    await Promise.all(people.map((user) => world.connect(user)));
    await world.pass(3 * COALESCE_MS);
    const [frames, statements] = [
      world.readers.map(({ received }) => received.length),
      world.statements,
    ];
    for (const user of people) world.leave(user, "everyone");
    await world.pass(2 * COALESCE_MS);
    expect(world.readers.map(({ received }) => received.length)).toEqual(
      frames.map((count) => count + 1),
    );
    for (const reader of world.readers) expect(reader.onlineUsers().size).toBe(0);
    expect(world.statements - statements).toBeLessThanOrEqual(3);
  });

  test("A thousand users who connect within a second cost at most three frames a reader and few statements", async () => {
    const world = new PresenceWorld(createLocalPresence);
    const people = Array.from({ length: 1_000 }, (_, n) => `person ${n}`);
    for (const user of people) world.join(user, "everyone");
    for (const [n, user] of people.entries()) {
      // Each has a direct chat with the next, and is in a team of ten.
      world.join(user, `direct ${n}`);
      world.join(people[(n + 1) % people.length] ?? "", `direct ${n}`);
      world.join(user, `team ${n % 100}`);
    }
    for (const [n, user] of people.entries()) {
      await world.connect(user);
      if (n % 40 === 39) await world.pass(40);
    }
    await world.pass(3 * COALESCE_MS);
    const rounds = 1_000 / 30;
    expect(world.statements).toBeLessThan(2 * rounds);
    let entries = 0;
    for (const { received } of world.readers) {
      entries += received.reduce((sum, { users }) => sum + users.length, 0);
      expect(received.length).toBeLessThanOrEqual(3);
    }
    for (const reader of world.readers) expect(reader.onlineUsers().size).toBe(999);
    // Each user is sent to each other once: in the snapshot or in a later frame.
    expect(entries).toBe(1_000 * 999);
  });

  test("A thousand users who disconnect cost one frame and three statements", async () => {
    const world = new PresenceWorld(createLocalPresence);
    const people = Array.from({ length: 1_000 }, (_, n) => `person ${n}`);
    for (const user of ["ann", ...people]) world.join(user, "everyone");
    const ann = await world.connect("ann");
    const others = await Promise.all(people.map((user) => world.connect(user)));
    await world.pass(3 * COALESCE_MS);
    const [frames, statements] = [ann.received.length, world.statements];
    for (const other of others) world.disconnect(other);
    await world.pass(LIMITS.offlineGraceMs + 3 * COALESCE_MS);
    expect(ann.received.length).toBe(frames + 1);
    expect(ann.onlineUsers().size).toBe(0);
    expect(world.statements - statements).toBeLessThanOrEqual(3);
    expect(world.saved.size).toBe(1_000);
  });
});
