import { expect, test } from "bun:test";
import { CLOSES } from "@parley/contracts/closes";
import type { ChatEvent } from "@parley/contracts/events";
import fc from "fast-check";
import type { Range, Replay } from "../events/replay.ts";
import { createHub } from "./hub.ts";
import { createResume } from "./resume.ts";
import { FakeNetwork } from "./testing/fake-network.ts";

/** @param size characters besides the event's own few. */
const event = (seq: number, size = 0) =>
  ({ seq, ...(size > 0 && { emoji: "x".repeat(size) }) }) as ChatEvent;
const events = (from: number, to: number, size = 0) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => event(from + n, size));

/** Chats with a history each, whose events have the given size, and a connection that follows them. */
async function chats(lengths: Readonly<Record<string, number>>, size = 0) {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const ann = network.connection("ann");
  const stored = new Map(Object.entries(lengths));
  const write = (chat: string) => {
    const seq = (stored.get(chat) ?? 0) + 1;
    stored.set(chat, seq);
    hub.publishEvents(chat, [event(seq)]);
  };
  const read: Range[][] = [];
  const replay: Replay = {
    heads: async (asked) => new Map(asked.map((chat) => [chat, stored.get(chat) ?? 0])),
    events: async (ranges) => {
      read.push([...ranges]);
      return new Map(ranges.map(({ chat, after, upTo }) => [chat, events(after + 1, upTo, size)]));
    },
  };
  await hub.add(
    ann,
    async () => [...stored].map(([id, last_seq]) => ({ id, last_seq, is_request: false })),
    () => {},
  );
  return { hub, ann, write, replay, stored, read, resume: createResume({ hub, replay }) };
}

test("The missed events of each chat come in order, followed by resumed", async () => {
  const { ann, resume } = await chats({ room: 5, hall: 3 });
  await resume(ann, { room: 2, hall: 1 });
  expect([ann.seqs("room"), ann.seqs("hall")]).toEqual([
    [3, 4, 5],
    [2, 3],
  ]);
  expect(ann.frames.at(-1)).toEqual({ type: "resumed" });
});

test("More than a thousand missed events of a chat are answered with reset, a thousand are sent", async () => {
  const { ann, resume, read } = await chats({ room: 1_001, hall: 1 });
  await resume(ann, { room: 0, hall: 0 });
  expect(ann.frames).toEqual([
    { type: "reset", chat: "room" },
    { type: "events", chat: "hall", events: [event(1)] },
    { type: "resumed" },
  ]);
  expect(read.flat().map(({ chat }) => chat)).toEqual(["hall"]);
  await resume(ann, { room: 1 });
  expect(ann.seqs("room")).toHaveLength(1_000);
});

test("A page holds a thousand events, however they are spread over chats", async () => {
  const lengths = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`chat ${n}`, 90]));
  const { ann, resume, read } = await chats({ ...lengths, busy: 1_000 });
  await resume(ann, Object.fromEntries(Object.keys({ ...lengths, busy: 0 }).map((id) => [id, 0])));
  const sizes = read.map((ranges) =>
    ranges.reduce((sum, { after, upTo }) => sum + upTo - after, 0),
  );
  expect(Math.max(...sizes)).toBe(1_000);
  expect(sizes.length).toBe(6);
  for (const [chat, length] of Object.entries({ ...lengths, busy: 1_000 }))
    expect(ann.seqs(chat)).toHaveLength(length);
});

test("A slow reader gets one window at a time and delays no other replay", async () => {
  const { ann, resume, read } = await chats({ room: 300, hall: 1 }, 10_000);
  const heard = () => ann.seqs("room").length;
  let taken = Promise.withResolvers<void>();
  let asked = Promise.withResolvers<void>();
  ann.whenDrained = () => {
    asked.resolve();
    return taken.promise;
  };
  const resumed = resume(ann, { room: 0 });
  const windows: number[] = [];
  for (let before = 0; heard() < 300; before = heard()) {
    await Promise.race([asked.promise, resumed]);
    windows.push(heard() - before);
    // More replays wait for their readers than may read at once, and others still have their turn.
    await resume(ann, { hall: 0 });
    const took = taken;
    taken = Promise.withResolvers();
    asked = Promise.withResolvers();
    took.resolve();
  }
  await resumed;
  expect(ann.seqs("room")).toEqual(Array.from({ length: 300 }, (_, n) => n + 1));
  expect(Math.max(...windows) * 10_000).toBeLessThan(400_000);
  // Once the size of the events is known, no page holds much more than a window.
  const pages = read.flat().filter(({ chat }) => chat === "room");
  expect(Math.max(...pages.slice(1).map(({ after, upTo }) => upTo - after))).toBeLessThan(40);
});

test("A closed connection ends its replay", async () => {
  const { ann, resume, read } = await chats({ room: 300 }, 10_000);
  ann.whenDrained = async () => ann.close(CLOSES.tooSlow);
  await resume(ann, { room: 0 });
  expect(read).toHaveLength(1);
});

test("At most four replays read at once, and all finish", async () => {
  const { hub, ann, replay } = await chats({ room: 5 });
  let [running, most] = [0, 0];
  const slow: Replay = {
    ...replay,
    events: async (ranges) => {
      most = Math.max(most, ++running);
      await Bun.sleep(1);
      running--;
      return replay.events(ranges);
    },
  };
  const resume = createResume({ hub, replay: slow });
  await Promise.all(Array.from({ length: 20 }, () => resume(ann, { room: 0 })));
  expect(most).toBe(4);
  expect(ann.frames.filter(({ type }) => type === "resumed")).toHaveLength(20);
});

test("A chat that the connection does not follow is skipped", async () => {
  const { ann, resume, read } = await chats({ room: 3 });
  await resume(ann, { secret: 0 });
  expect(ann.frames).toEqual([{ type: "resumed" }]);
  expect(read).toEqual([]);
});

test("A user who is removed during the replay is sent nothing of the chat", async () => {
  const { hub, ann, replay } = await chats({ room: 3, hall: 2 });
  const leaving: Replay = {
    ...replay,
    events: async (ranges) => {
      hub.leave("ann", "room");
      return replay.events(ranges);
    },
  };
  await createResume({ hub, replay: leaving })(ann, { room: 0, hall: 0 });
  expect([ann.seqs("room"), ann.seqs("hall")]).toEqual([[], [1, 2]]);
  expect([...ann.topics]).toEqual(["chat:hall"]);
});

test("A replay that fails closes the connection", async () => {
  const { hub, ann, replay } = await chats({ room: 3 });
  const events = () => Promise.reject(new Error("the connection is gone"));
  const resume = createResume({ hub, replay: { ...replay, events } });
  await resume(ann, { room: 0 }).catch(() => {});
  expect(ann.closed).toEqual(CLOSES.unavailable);
  expect(ann.frames).toEqual([]);
});

test("A reader gets each event of each chat once and in order, whenever others write during the replay", async () => {
  const writes = fc.array(fc.tuple(fc.constantFrom("room", "hall", "club"), fc.nat(3)), {
    maxLength: 12,
  });
  const lengths = fc.record({ room: fc.nat(20), hall: fc.nat(20), club: fc.nat(20) });
  // Three of the largest fill a window.
  const size = fc.constantFrom(0, 1_000, 100_000);
  await fc.assert(
    fc.asyncProperty(lengths, size, writes, writes, async (lengths, size, before, after) => {
      const { hub, ann, write, replay, stored } = await chats(lengths, size);
      const writeNext = (turns: [string, number][]) => {
        const [chat, times] = turns.shift() ?? ["room", 0];
        for (let n = 0; n < times; n++) write(chat);
      };
      const busy: Replay = {
        async heads(asked) {
          writeNext(before);
          const heads = await replay.heads(asked);
          writeNext(after);
          return heads;
        },
        async events(ranges) {
          writeNext(before);
          const found = await replay.events(ranges);
          writeNext(after);
          return found;
        },
      };
      await createResume({ hub, replay: busy })(ann, { room: 0, hall: 0, club: 0 });
      for (const [chat, length] of stored) {
        write(chat);
        expect(ann.seqs(chat)).toEqual(Array.from({ length: length + 1 }, (_, n) => n + 1));
      }
    }),
  );
});

test("A chat without missed events costs no statement", async () => {
  const { hub, ann } = await chats({ room: 5 });
  const ask = () => Promise.reject(new Error("it was asked"));
  await createResume({ hub, replay: { heads: ask, events: ask } })(ann, { room: 5 });
  expect(ann.frames).toEqual([{ type: "resumed" }]);
});
