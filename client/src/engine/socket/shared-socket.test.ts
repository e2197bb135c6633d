import { expect, test } from "bun:test";
import type { FromTab, ToTab } from "./shared-connection.ts";
import { createSharedSocket, type TabHandlers } from "./shared-socket.ts";
import type { Socket } from "./socket.ts";

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A tab's end, with the worker at the other played by hand. */
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
      reach: async (onFailed) => {
        fail = onFailed;
        return reach ? reach() : (port as unknown as MessagePort);
      },
      connectAlone: () =>
        ({
          connect: () => void alone.push("connect"),
          send: () => alone.push("send") > 0,
          close: () => void alone.push("close"),
        }) as unknown as Socket,
    },
    handlers,
  );
  const tell = (data: ToTab) => port.onmessage?.({ data } as MessageEvent);
  return { socket, posted, heard, alone, tell, fail: () => fail() };
}

test("it sends only while the shared connection is open", async () => {
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

test("a worker that fails is replaced by a connection of the tab's own", async () => {
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

test("so is one that can't be made at all", async () => {
  const { socket, alone } = tab(() => Promise.reject(new Error("forbidden")));
  socket.connect();
  await settled();
  expect(alone).toEqual(["connect"]);
  socket.close();
  expect(alone).toEqual(["connect", "close"]);
});

test("a tab that closes says so, and hears no more", async () => {
  const { socket, posted, heard, tell } = tab();
  socket.connect();
  socket.close();
  await settled();
  tell({ kind: "state", state: "open" });
  expect(posted.map(({ kind }) => kind)).toEqual(["connect", "leave"]);
  expect(heard).toEqual(["closed"]);
});
