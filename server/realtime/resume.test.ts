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

/** Chats with a history each, of events that are so large, and a session that follows them. */
async function chats(lengths: Readonly<Record<string, number>>, size = 0) {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const ann = network.session("ann");
  const stored = new Map(Object.entries(lengths));
  const say = (chat: string) => {
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
    async () => [...stored].map(([id, last_seq]) => ({ id, last_seq })),
    () => {},
  );
  return { hub, ann, say, replay, stored, read, resume: createResume({ hub, replay }) };
}

test("what was missed of each chat comes in order, then resumed", async () => {
  const { ann, resume } = await chats({ room: 5, hall: 3 });
  await resume(ann, { room: 2, hall: 1 });
  expect([ann.seqs("room"), ann.seqs("hall")]).toEqual([
    [3, 4, 5],
    [2, 3],
  ]);
  expect(ann.frames.at(-1)).toEqual({ type: "resumed" });
});

test("more than a thousand missed of a chat are answered by reset, a thousand are sent", async () => {
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

test("many chats are read a thousand events at a time, however they are spread", async () => {
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

test("a reader gets no more than a window until it has taken that, and holds up nobody meanwhile", async () => {
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
    // Many more than may be read at once, all of them waiting for their reader: others have their turn.
    await resume(ann, { hall: 0 });
    const took = taken;
    taken = Promise.withResolvers();
    asked = Promise.withResolvers();
    took.resolve();
  }
  await resumed;
  expect(ann.seqs("room")).toEqual(Array.from({ length: 300 }, (_, n) => n + 1));
  expect(Math.max(...windows) * 10_000).toBeLessThan(400_000);
  // No page is much larger than what a window holds, once it is known how large the events are.
  const pages = read.flat().filter(({ chat }) => chat === "room");
  expect(Math.max(...pages.slice(1).map(({ after, upTo }) => upTo - after))).toBeLessThan(40);
});

test("nothing more is read for a reader that is gone", async () => {
  const { ann, resume, read } = await chats({ room: 300 }, 10_000);
  ann.whenDrained = async () => ann.close(CLOSES.tooSlow);
  await resume(ann, { room: 0 });
  expect(read).toHaveLength(1);
});

test("no more than four sessions catch up at once, and all do", async () => {
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

test("a chat that the session does not follow is passed over", async () => {
  const { ann, resume, read } = await chats({ room: 3 });
  await resume(ann, { secret: 0 });
  expect(ann.frames).toEqual([{ type: "resumed" }]);
  expect(read).toEqual([]);
});

test("who is removed during the replay hears nothing of it", async () => {
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

test("a replay that fails sends the reader away, who would hear nothing any more", async () => {
  const { hub, ann, replay } = await chats({ room: 3 });
  const events = () => Promise.reject(new Error("the connection is gone"));
  const resume = createResume({ hub, replay: { ...replay, events } });
  await resume(ann, { room: 0 }).catch(() => {});
  expect(ann.closed).toEqual(CLOSES.unavailable);
  expect(ann.frames).toEqual([]);
});

test("whenever others speak during a replay, the reader gets 1…n of each chat once and in order", async () => {
  const spoken = fc.array(fc.tuple(fc.constantFrom("room", "hall", "club"), fc.nat(3)), {
    maxLength: 12,
  });
  const lengths = fc.record({ room: fc.nat(20), hall: fc.nat(20), club: fc.nat(20) });
  // The largest fill a window with three.
  const size = fc.constantFrom(0, 1_000, 100_000);
  await fc.assert(
    fc.asyncProperty(lengths, size, spoken, spoken, async (lengths, size, before, after) => {
      const { hub, ann, say, replay, stored } = await chats(lengths, size);
      const talk = (turns: [string, number][]) => {
        const [chat, times] = turns.shift() ?? ["room", 0];
        for (let n = 0; n < times; n++) say(chat);
      };
      const busy: Replay = {
        async heads(asked) {
          talk(before);
          const heads = await replay.heads(asked);
          talk(after);
          return heads;
        },
        async events(ranges) {
          talk(before);
          const found = await replay.events(ranges);
          talk(after);
          return found;
        },
      };
      await createResume({ hub, replay: busy })(ann, { room: 0, hall: 0, club: 0 });
      for (const [chat, length] of stored) {
        say(chat);
        expect(ann.seqs(chat)).toEqual(Array.from({ length: length + 1 }, (_, n) => n + 1));
      }
    }),
  );
});

test("a chat of which nothing is missing costs nothing", async () => {
  const { hub, ann } = await chats({ room: 5 });
  const ask = () => Promise.reject(new Error("it was asked"));
  await createResume({ hub, replay: { heads: ask, events: ask } })(ann, { room: 5 });
  expect(ann.frames).toEqual([{ type: "resumed" }]);
});
