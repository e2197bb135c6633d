import { expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import fc from "fast-check";
import { createHub } from "./hub.ts";
import { resume } from "./resume.ts";
import { FakeNetwork } from "./testing/fake-network.ts";

const event = (seq: number) => ({ seq }) as ChatEvent;
const events = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => event(from + n));

/** A room with a history, and a session that follows it. */
async function room(length: number) {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const ann = network.session("ann");
  const stored = events(1, length);
  const say = () => {
    stored.push(event(stored.length + 1));
    hub.publishEvents("room", [event(stored.length)]);
  };
  const replay = async (_: string, after: number, limit: number) =>
    stored.slice(after, after + limit);
  await hub.add(
    ann,
    async () => [{ id: "room", last_seq: length }],
    () => {},
  );
  return { hub, ann, say, replay, stored };
}

test("what was missed comes in order, then resumed", async () => {
  const { hub, ann, replay } = await room(5);
  await resume({ hub, replay }, ann, { room: 2 });
  expect(ann.seqs("room")).toEqual([3, 4, 5]);
  expect(ann.frames.at(-1)).toEqual({ type: "resumed" });
});

test("more than a thousand missed are answered by reset, a thousand are sent", async () => {
  const { hub, ann, replay } = await room(1_001);
  await resume({ hub, replay }, ann, { room: 0 });
  expect(ann.frames).toEqual([{ type: "reset", chat: "room" }, { type: "resumed" }]);
  await resume({ hub, replay }, ann, { room: 1 });
  expect(ann.seqs("room")).toHaveLength(1_000);
});

test("a chat that the session does not follow is passed over", async () => {
  const { hub, ann, replay } = await room(3);
  await resume({ hub, replay }, ann, { secret: 0 });
  expect(ann.frames).toEqual([{ type: "resumed" }]);
});

test("who is removed during the replay hears nothing of it", async () => {
  const { hub, ann, replay } = await room(3);
  const leaving: typeof replay = async (...range) => {
    hub.leave("ann", "room");
    return replay(...range);
  };
  await resume({ hub, replay: leaving }, ann, { room: 0 });
  expect(ann.seqs("room")).toEqual([]);
  expect(ann.topics.size).toBe(0);
});

test("whenever others speak during a replay, the reader gets 1…n once and in order", async () => {
  const spoken = fc.array(fc.nat(3), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.nat(20), spoken, spoken, async (length, before, after) => {
      const { hub, ann, say, replay, stored } = await room(length);
      const busy: typeof replay = async (...range) => {
        for (let n = before.shift() ?? 0; n > 0; n--) say();
        const found = await replay(...range);
        for (let n = after.shift() ?? 0; n > 0; n--) say();
        return found;
      };
      await resume({ hub, replay: busy }, ann, { room: 0 });
      say();
      expect(ann.seqs("room")).toEqual(stored.map(({ seq }) => seq));
    }),
  );
});

test("a chat of which nothing is missing costs nothing", async () => {
  const { hub, ann } = await room(5);
  const replay = () => Promise.reject(new Error("it was asked"));
  await resume({ hub, replay }, ann, { room: 5 });
  expect(ann.frames).toEqual([{ type: "resumed" }]);
});
