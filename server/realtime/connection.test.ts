import { expect, test } from "bun:test";
import type { ClientFrame } from "@parley/contracts/frames";
import { type ConnectionDeps, connect } from "./connection.ts";
import { FakeSession } from "./testing/fake-network.ts";

const ping = (id: number) => JSON.stringify({ type: "ping", id });

function open(deps: Partial<ConnectionDeps> = {}) {
  const session = new FakeSession("ann", Bun.randomUUIDv7());
  const handled: ClientFrame[] = [];
  const connection = connect(
    {
      open: async (_, greet) => greet(),
      greeted: async () => {},
      handle: (_, frame) => void handled.push(frame),
      closed: () => {},
      fail: () => {},
      ...deps,
    },
    session,
  );
  return { session, handled, connection };
}

const settled = () => Bun.sleep(0);

test("the welcome comes first, whatever was sent meanwhile", async () => {
  const { session, handled, connection } = open({ open: (_, greet) => Bun.sleep(5).then(greet) });
  connection.receive(ping(1));
  expect(handled).toEqual([]);
  await Bun.sleep(10);
  expect(session.frames[0]).toMatchObject({ type: "welcome", heartbeat: 30 });
  expect(handled).toEqual([{ type: "ping", id: 1 }]);
});

test("frames are handled one after the other, in the order they came", async () => {
  const order: unknown[] = [];
  const { connection } = open({
    handle: async (_, frame) => {
      if (frame.type !== "ping") return;
      order.push(`${frame.id} begins`);
      await Bun.sleep(frame.id === 1 ? 5 : 0);
      order.push(`${frame.id} ends`);
    },
  });
  connection.receive(ping(1));
  connection.receive(ping(2));
  await Bun.sleep(20);
  expect(order).toEqual(["1 begins", "1 ends", "2 begins", "2 ends"]);
});

test("a frame that fails does not stop the next", async () => {
  const faults: unknown[] = [];
  const { session, connection } = open({
    handle: async (_, frame) => {
      if (frame.type === "ping" && frame.id === 1) throw new Error("broken");
      session.deliver('{"type":"resumed"}');
    },
    fail: (error) => void faults.push(error),
  });
  connection.receive(ping(1));
  connection.receive(ping(2));
  await settled();
  expect(faults).toHaveLength(1);
  expect(session.frames.at(-1)).toEqual({ type: "resumed" });
});

test("a frame that can’t be read does not stop the next", async () => {
  const { session, handled, connection } = open();
  await settled();
  for (const text of ["not json", "{}", ping(1)]) connection.receive(text);
  await settled();
  expect(session.frames.slice(1).map(({ type }) => type)).toEqual(["error", "error"]);
  expect(handled).toEqual([{ type: "ping", id: 1 }]);
});

test("too many waiting frames are handed back instead of kept, and are no fault", async () => {
  const { session, connection } = open({ open: () => new Promise(() => {}) });
  for (let n = 0; n < 1_024; n++) connection.receive(ping(n));
  const clientId = crypto.randomUUID();
  const send = { type: "send", clientId, chat: Bun.randomUUIDv7(), body: "x" };
  for (let n = 0; n < 5; n++) connection.receive(JSON.stringify(send));
  connection.receive(ping(1_025));
  expect(session.frames).toHaveLength(6);
  expect(session.frames[0]).toMatchObject({ type: "reject", clientId, code: "overloaded" });
  expect(session.frames[5]).toMatchObject({ type: "error", code: "overloaded" });
  expect(session.closed).toBeUndefined();
});

test("a session that can’t be opened is closed for a while", async () => {
  const { session } = open({ open: () => Promise.reject(new Error("no database")) });
  await settled();
  expect(session.closed?.code).toBe(1013);
});
