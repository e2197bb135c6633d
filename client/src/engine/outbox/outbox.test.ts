import { expect, test } from "bun:test";
import { message } from "../../testing/fixtures.ts";
import * as outbox from "./outbox.ts";
import { nextWake, ready } from "./outbox-schedule.ts";

const written = (clientId: string, chat = "a") => ({
  clientId,
  chat,
  body: clientId,
  replyTo: null,
  createdAt: "2026-06-12T18:02:00.000Z",
});
const box = (...messages: ReturnType<typeof written>[]) =>
  messages.reduce<outbox.Outgoing[]>((all, one) => outbox.enqueue(all, one, 0), []);
const readyIds = (all: readonly outbox.Outgoing[], now = 0) =>
  ready(all, now).map(({ clientId }) => clientId);

test("One message of each chat is sent at a time, the oldest first", () => {
  const all = box(written("1"), written("2"), written("3", "b"));
  expect(readyIds(all)).toEqual(["1", "3"]);
  expect(readyIds(outbox.markSent(all, "1", 0))).toEqual(["3"]);
});

test("A message is sent when its predecessor is stored", () => {
  const inFlight = outbox.markSent(box(written("1"), written("2")), "1", 0);
  expect(readyIds(inFlight)).toEqual([]);
  expect(readyIds(outbox.acknowledge(inFlight, "1", 7))).toEqual(["2"]);
});

test("A temporary refusal keeps the order, and the message is sent again after the pause", () => {
  const all = outbox.markSent(box(written("1"), written("2")), "1", 0);
  const limited = outbox.refuse(all, "1", { code: "rate_limited", retryAfter: 2 }, 1_000);
  expect(readyIds(limited, 2_999)).toEqual([]);
  expect(readyIds(limited, 3_000)).toEqual(["1"]);
  expect(nextWake(limited)).toBe(3_000);
});

test("The pause doubles with each refusal that names none", () => {
  const again = (all: outbox.Outgoing[]) => outbox.refuse(all, "1", { code: "overloaded" }, 0);
  const once = again(box(written("1")));
  expect(nextWake(once)).toBe(1_000);
  expect(nextWake(again(outbox.markSent(once, "1", 0)))).toBe(2_000);
});

test("A final refusal stops one message and lets the next ones be sent", () => {
  const all = outbox.markSent(box(written("1"), written("2")), "1", 0);
  const failed = outbox.refuse(all, "1", { code: "blocked" }, 0);
  expect(failed[0]).toMatchObject({ status: "failed", code: "blocked" });
  expect(readyIds(failed)).toEqual(["2"]);
  expect(readyIds(outbox.retry(failed, "1", 0))).toEqual(["1"]);
});

test("A message in flight when the connection breaks is sent again with the same ID", () => {
  const inFlight = outbox.markSent(box(written("1")), "1", 0);
  expect(readyIds(outbox.requeue(inFlight))).toEqual(["1"]);
});

test("A message without an answer is sent again after ten seconds", () => {
  const inFlight = outbox.markSent(box(written("1")), "1", 0);
  expect(readyIds(inFlight, 9_999)).toEqual([]);
  expect(readyIds(inFlight, 10_000)).toEqual(["1"]);
});

test("A message leaves the outbox when its event arrives, with or without an acknowledgement", () => {
  const all = box(written("1"), written("2"));
  const back = [message(4, { clientId: "1" })];
  expect(outbox.settle(all, "a", 4, back).map(({ clientId }) => clientId)).toEqual(["2"]);
  const stored = outbox.acknowledge(all, "1", 4);
  expect(outbox.settle(stored, "a", 3, [])).toHaveLength(2);
  expect(outbox.settle(stored, "a", 4, [])).toHaveLength(1);
  expect(outbox.settle(stored, "b", 9, [])).toHaveLength(2);
});

test("The time until a message is late spans all attempts, and starts again with a retry by the user", () => {
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
