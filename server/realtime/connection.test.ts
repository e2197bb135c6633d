import { expect, test } from "bun:test";
import type { ClientFrame } from "@parley/contracts/frames";
import { LIMITS } from "@parley/contracts/limits";
import { type ConnectionDeps, connect } from "./connection.ts";
import { FakeConnection } from "./testing/fake-network.ts";

const ping = (id: number) => JSON.stringify({ type: "ping", id });

function open(deps: Partial<ConnectionDeps> = {}) {
  const connection = new FakeConnection("ann", Bun.randomUUIDv7());
  const handled: ClientFrame[] = [];
  const receiver = connect(
    {
      open: async (_, sendWelcome) => sendWelcome(),
      sendSnapshot: async () => {},
      handle: (_, frame) => void handled.push(frame),
      closed: () => {},
      count: () => {},
      fail: () => {},
      ...deps,
    },
    connection,
  );
  return { connection, handled, receiver };
}

const settled = () => Bun.sleep(0);

test("The welcome comes first, whatever the client sends before it", async () => {
  const { connection, handled, receiver } = open({
    open: (_, sendWelcome) => Bun.sleep(5).then(sendWelcome),
  });
  receiver.receive(ping(1));
  expect(handled).toEqual([]);
  while (handled.length === 0) await settled();
  expect(connection.frames[0]).toMatchObject({ type: "welcome", heartbeat: 30 });
  expect(handled).toEqual([{ type: "ping", id: 1 }]);
});

test("Frames are handled one after the other, in the order they came", async () => {
  const order: unknown[] = [];
  const { receiver } = open({
    handle: async (_, frame) => {
      if (frame.type !== "ping") return;
      order.push(`${frame.id} begins`);
      await Bun.sleep(frame.id === 1 ? 5 : 0);
      order.push(`${frame.id} ends`);
    },
  });
  receiver.receive(ping(1));
  receiver.receive(ping(2));
  while (order.length < 4) await settled();
  expect(order).toEqual(["1 begins", "1 ends", "2 begins", "2 ends"]);
});

test("A frame that fails does not stop the next", async () => {
  const failures: unknown[] = [];
  const { connection, receiver } = open({
    handle: async (_, frame) => {
      if (frame.type === "ping" && frame.id === 1) throw new Error("broken");
      connection.deliver('{"type":"resumed"}');
    },
    fail: (error) => void failures.push(error),
  });
  receiver.receive(ping(1));
  receiver.receive(ping(2));
  await settled();
  expect(failures).toHaveLength(1);
  expect(connection.frames.at(-1)).toEqual({ type: "resumed" });
});

test("A malformed frame does not stop the next", async () => {
  const { connection, handled, receiver } = open();
  await settled();
  for (const text of ["not json", "{}", ping(1)]) receiver.receive(text);
  await settled();
  expect(connection.frames.slice(1).map(({ type }) => type)).toEqual(["error", "error"]);
  expect(handled).toEqual([{ type: "ping", id: 1 }]);
});

test("Frames that exceed the queue are refused without closing the connection", async () => {
  const { connection, receiver } = open({ open: () => new Promise(() => {}) });
  const room =
    LIMITS.frameQueue.maxBytes / (ping(1_000).length + LIMITS.frameQueue.overheadBytesPerFrame);
  for (let n = 0; n < Math.floor(room); n++) receiver.receive(ping(1_000));
  const clientId = crypto.randomUUID();
  const send = { type: "send", clientId, chat: Bun.randomUUIDv7(), body: "x" };
  for (let n = 0; n < 5; n++) receiver.receive(JSON.stringify(send));
  receiver.receive(ping(1_001));
  expect(connection.frames).toHaveLength(6);
  expect(connection.frames[0]).toMatchObject({ type: "reject", clientId, code: "overloaded" });
  expect(connection.frames[5]).toMatchObject({ type: "error", code: "overloaded" });
  expect(connection.closed).toBeUndefined();
});

test("A connection that cannot be opened is closed with 1013", async () => {
  const { connection } = open({ open: () => Promise.reject(new Error("no database")) });
  await settled();
  expect(connection.closed?.code).toBe(1013);
});

test("Frames over the budget are refused without closing the connection, and the others are handled", async () => {
  const counted: string[] = [];
  const { connection, handled, receiver } = open({
    count: (code) => void counted.push(code),
    now: () => 0,
  });
  await settled();
  const { burst } = LIMITS.frameRates.resume;
  for (let n = 0; n < burst + 5; n++) receiver.receive('{"type":"resume","chats":{}}');
  receiver.receive(ping(1));
  await settled();
  expect(handled).toHaveLength(burst + 1);
  expect(handled.at(-1)).toEqual({ type: "ping", id: 1 });
  const errors = connection.frames.slice(1);
  expect(errors).toHaveLength(5);
  for (const error of errors)
    expect(error).toMatchObject({ type: "error", code: "rate_limited", retryAfter: 1 });
  expect(counted).toHaveLength(5);
  expect(connection.closed).toBeUndefined();
});

test("A client that keeps exceeding its budget is closed with 1008", async () => {
  const { connection, receiver } = open({ now: () => 0 });
  await settled();
  const { ping: pings, refused } = LIMITS.frameRates;
  for (let n = 0; n < pings.burst + refused.burst + 500 && !connection.closed; n++) {
    receiver.receive(ping(n));
    if (n % 500 === 0) await settled();
  }
  await settled();
  expect(connection.closed?.code).toBe(1008);
});
