import { expect, test } from "bun:test";
import type { FromTab, ToTab } from "./shared-connection.ts";
import { createSharedSocket, type TabHandlers } from "./shared-socket.ts";
import type { Socket } from "./socket.ts";

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A tab's end, with a worker that the test controls. */
function tab(reach?: () => Promise<never>) {
  const posted: FromTab[] = [];
  const heard: string[] = [];
  const alone: string[] = [];
  const port = {
    onmessage: null as ((event: MessageEvent) => void) | null,
    postMessage: (message: FromTab) => void posted.push(message),
    close: () => void heard.push("closed"),
  };
  let fail = () => {};
  const handlers: TabHandlers = {
    onFrame: ({ type }) => heard.push(String(type)),
    onState: (state) => heard.push(state),
    onSignedOut: () => heard.push("signed out"),
    onTabGone: () => heard.push("tab gone"),
  };
  const socket = createSharedSocket(
    {
      connectWorker: async (onFailed) => {
        fail = onFailed;
        return reach ? reach() : (port as unknown as MessagePort);
      },
      connectAlone: () =>
        ({
          connect: () => void alone.push("connect"),
          send: () => alone.push("send") > 0,
          setVisible: (isVisible: boolean) => isVisible || alone.push("hidden"),
          close: () => void alone.push("close"),
        }) as unknown as Socket,
    },
    handlers,
  );
  const tell = (data: ToTab) => port.onmessage?.({ data } as MessageEvent);
  return { socket, posted, heard, alone, tell, fail: () => fail() };
}

test("A tab sends only while the shared connection is open", async () => {
  const { socket, posted, heard, tell } = tab();
  socket.connect();
  await settled();
  expect(socket.send({ type: "ping", id: 1 })).toBe(false);
  tell({ kind: "state", state: "open" });
  tell({ kind: "frame", frame: { type: "welcome" } });
  expect(socket.send({ type: "ping", id: 1 })).toBe(true);
  await settled();
  expect(posted.map(({ kind }) => kind)).toEqual(["connect", "send"]);
  expect(heard).toEqual(["open", "welcome"]);
});

test("A tab opens its own connection if the worker fails", async () => {
  const { socket, posted, heard, alone, tell, fail } = tab();
  socket.connect();
  await settled();
  tell({ kind: "state", state: "open" });
  fail();
  fail();
  await settled();
  expect(heard).toEqual(["open", "lost", "closed"]);
  expect(posted.at(-1)).toEqual({ kind: "leave" });
  expect(socket.send({ type: "ping", id: 1 })).toBe(true);
  tell({ kind: "state", state: "lost" });
  expect(heard).toHaveLength(3);
  expect(alone).toEqual(["connect", "send"]);
});

test("A tab opens its own connection if the worker cannot be created", async () => {
  const { socket, alone } = tab(() => Promise.reject(new Error("forbidden")));
  socket.connect();
  await settled();
  expect(alone).toEqual(["connect"]);
  socket.close();
  expect(alone).toEqual(["connect", "close"]);
});

test("A tab that closes tells the worker, and receives nothing more", async () => {
  const { socket, posted, heard, tell } = tab();
  socket.connect();
  socket.close();
  await settled();
  tell({ kind: "state", state: "open" });
  expect(posted.map(({ kind }) => kind)).toEqual(["connect", "leave"]);
  expect(heard).toEqual(["closed"]);
});

test("A hidden tab tells the worker when it connects, and every change after that", async () => {
  const { socket, posted } = tab();
  socket.setVisible(false);
  expect(posted).toEqual([]);
  socket.connect();
  await settled();
  socket.setVisible(true);
  await settled();
  expect(posted).toEqual([
    { kind: "visible", isVisible: false },
    { kind: "connect" },
    { kind: "visible", isVisible: true },
  ]);
});

test("A hidden tab keeps its visibility when it opens its own connection", async () => {
  const { socket, alone } = tab(() => Promise.reject(new Error("forbidden")));
  socket.setVisible(false);
  socket.connect();
  await settled();
  expect(alone).toEqual(["hidden", "connect"]);
});
