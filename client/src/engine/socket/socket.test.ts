import { afterEach, expect, test } from "bun:test";
import { connectSocket, WELCOME } from "../../testing/fake-socket.ts";
import type { Socket } from "./socket.ts";

let socket: Socket;
afterEach(() => socket.close());

function connected(renewal?: "signed_out") {
  const connection = connectSocket(renewal);
  socket = connection.socket;
  return connection;
}

test("A socket is open from the welcome on, and sends nothing before it", () => {
  const { last, states } = connected();
  expect(socket.send({ type: "ping", id: 1 })).toBe(false);
  last().deliver(WELCOME);
  expect(states).toEqual(["open"]);
  expect(socket.send({ type: "ping", id: 1 })).toBe(true);
  expect(last().sent).toEqual([{ type: "ping", id: 1 }]);
});

test("A second welcome on the same connection is passed on", () => {
  const { last, states, frames } = connected();
  last().deliver(WELCOME);
  last().deliver(WELCOME);
  expect(states).toEqual(["open"]);
  expect(frames).toEqual(["welcome", "welcome"]);
});

test("Data that is not a JSON object is ignored", () => {
  const { last, frames } = connected();
  last().deliver("no JSON");
  last().deliver("[1]".slice(1, 2));
  last().deliver("null");
  expect(frames).toEqual([]);
});

test("A lost connection is retried, and at once when it is checked", () => {
  const { wires, last, states } = connected();
  last().deliver(WELCOME);
  last().break(1006);
  expect(states).toEqual(["open", "lost"]);
  expect(wires).toHaveLength(1);
  socket.checkAlive();
  expect(wires).toHaveLength(2);
});

test("A frame of a previous connection is ignored", () => {
  const { wires, last, frames } = connected();
  last().deliver(WELCOME);
  socket.markLost();
  socket.connect();
  wires[0]?.deliver({ type: "left", chat: WELCOME.user });
  wires[0]?.break(1008);
  expect(frames).toEqual(["welcome"]);
  last().deliver(WELCOME);
  expect(frames).toEqual(["welcome", "welcome"]);
});

test("The end of a sign-in is confirmed over HTTP before the user is signed out", async () => {
  const { last, signedOut, renewals } = connected("signed_out");
  last().deliver(WELCOME);
  last().break(4401);
  await signedOut;
  expect(renewals()).toBe(1);
});

test("An upgrade that fails repeatedly makes the socket check the sign-in over HTTP", async () => {
  const { last, signedOut } = connected("signed_out");
  last().break(1006);
  socket.connect();
  last().break(1006);
  await signedOut;
});

test("A close for abuse stops the socket until connect is called", () => {
  const { wires, last, states } = connected();
  last().deliver(WELCOME);
  last().break(1008);
  expect(states).toEqual(["open", "stopped"]);
  socket.connect();
  expect(wires).toHaveLength(2);
});

test("A closed socket stays closed", () => {
  const { wires, last } = connected();
  socket.close();
  expect(last().isClosed).toBe(true);
  socket.connect();
  expect(wires).toHaveLength(1);
});

test("The third handshake in a row that is refused counts as refused, and each one after it", () => {
  const { last, states } = connected();
  for (let attempt = 1; attempt <= 4; attempt++) {
    last().break(1006);
    socket.connect();
  }
  expect(states).toEqual(["lost", "lost", "refused", "refused"]);
  last().open();
  last().break(1006);
  expect(states.at(-1)).toBe("lost");
});
