import { expect, test } from "bun:test";
import { message } from "../../testing/fixtures.ts";
import * as outbox from "./outbox.ts";

const written = (clientId: string, chat = "a") => ({
  clientId,
  chat,
  body: clientId,
  replyTo: null,
  createdAt: "2026-06-12T18:02:00.000Z",
});
const box = (...messages: ReturnType<typeof written>[]) =>
  messages.reduce<outbox.Outgoing[]>((all, one) => outbox.enqueue(all, one, 0), []);
const dueIds = (all: readonly outbox.Outgoing[], now = 0) =>
  outbox.ready(all, now).map(({ clientId }) => clientId);

test("one message of each chat goes out at a time, the oldest first", () => {
  const all = box(written("1"), written("2"), written("3", "b"));
  expect(dueIds(all)).toEqual(["1", "3"]);
  expect(dueIds(outbox.markSent(all, "1", 0))).toEqual(["3"]);
});

test("the next one goes out when the one before is stored", () => {
  const flying = outbox.markSent(box(written("1"), written("2")), "1", 0);
  expect(dueIds(flying)).toEqual([]);
  expect(dueIds(outbox.acknowledge(flying, "1", 7))).toEqual(["2"]);
});

test("a refusal that passes keeps the order: nothing overtakes, and it goes again by itself", () => {
  const all = outbox.markSent(box(written("1"), written("2")), "1", 0);
  const limited = outbox.refuse(all, "1", { code: "rate_limited", retryAfter: 2 }, 1_000);
  expect(dueIds(limited, 2_999)).toEqual([]);
  expect(dueIds(limited, 3_000)).toEqual(["1"]);
  expect(outbox.nextWake(limited)).toBe(3_000);
});

test("without a time to wait, each refusal doubles it", () => {
  const again = (all: outbox.Outgoing[]) => outbox.refuse(all, "1", { code: "overloaded" }, 0);
  const once = again(box(written("1")));
  expect(outbox.nextWake(once)).toBe(1_000);
  expect(outbox.nextWake(again(outbox.markSent(once, "1", 0)))).toBe(2_000);
});

test("a refusal for good stops that message and lets the next ones go", () => {
  const all = outbox.markSent(box(written("1"), written("2")), "1", 0);
  const failed = outbox.refuse(all, "1", { code: "blocked" }, 0);
  expect(failed[0]).toMatchObject({ status: "failed", code: "blocked" });
  expect(dueIds(failed)).toEqual(["2"]);
  expect(dueIds(outbox.retry(failed, "1", 0))).toEqual(["1"]);
});

test("what was in the air when the connection broke goes again under the same ID", () => {
  const flying = outbox.markSent(box(written("1")), "1", 0);
  expect(dueIds(outbox.requeue(flying))).toEqual(["1"]);
});

test("a message without an answer is sent again after a while", () => {
  const flying = outbox.markSent(box(written("1")), "1", 0);
  expect(dueIds(flying, 9_999)).toEqual([]);
  expect(dueIds(flying, 10_000)).toEqual(["1"]);
});

test("it leaves when its event is here, with or without the acknowledgement", () => {
  const all = box(written("1"), written("2"));
  const back = [message(4, { clientId: "1" })];
  expect(outbox.settle(all, "a", 4, back).map(({ clientId }) => clientId)).toEqual(["2"]);
  const stored = outbox.acknowledge(all, "1", 4);
  expect(outbox.settle(stored, "a", 3, [])).toHaveLength(2);
  expect(outbox.settle(stored, "a", 4, [])).toHaveLength(1);
  expect(outbox.settle(stored, "b", 9, [])).toHaveLength(2);
});

test("how long a message is tried outlasts every attempt, and begins anew when its writer retries", () => {
  const lateAt = (all: readonly outbox.Outgoing[]) =>
    all.map((one) => "lateAt" in one && one.lateAt);
  const limited = outbox.refuse(
    outbox.requeue(outbox.markSent(box(written("1")), "1", 4_000)),
    "1",
    { code: "unavailable" },
    8_000,
  );
  expect(lateAt(limited)).toEqual([10_000]);
  expect(lateAt(outbox.retry(limited, "1", 30_000))).toEqual([40_000]);
});
