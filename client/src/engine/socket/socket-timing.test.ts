import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { connectSocket, WELCOME } from "../../testing/fake-socket.ts";
import type { Socket } from "./socket.ts";

let socket: Socket;
beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  socket.close();
  jest.useRealTimers();
});

function connected() {
  const connection = connectSocket();
  socket = connection.socket;
  return connection;
}

test("A connection without a welcome within ten seconds is given up and retried", () => {
  const { wires, states } = connected();
  jest.advanceTimersByTime(9_999);
  expect(states).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(states).toEqual(["lost"]);
  expect(wires[0]?.isClosed).toBe(true);
  jest.advanceTimersByTime(500);
  expect(wires).toHaveLength(2);
});

test("An open connection has no time limit for its handshake", () => {
  const { wires, last, states } = connected();
  jest.advanceTimersByTime(9_999);
  last().deliver(WELCOME);
  jest.advanceTimersByTime(60_000);
  expect(states).toEqual(["open"]);
  expect(wires).toHaveLength(1);
});

test("Handshakes that time out back off, and check the sign-in on the way", async () => {
  const { wires, renewals } = connected();
  jest.advanceTimersByTime(10_000 + 500);
  jest.advanceTimersByTime(10_000);
  await confirmed();
  expect(renewals()).toBe(1);
  jest.advanceTimersByTime(999);
  expect(wires).toHaveLength(2);
  jest.advanceTimersByTime(1);
  expect(wires).toHaveLength(3);
});

test("A hidden page retries at once after a loss, and then waits thirty seconds longer", async () => {
  const { wires, last } = connected();
  last().deliver(WELCOME);
  socket.setVisible(false);
  last().break(1006);
  jest.advanceTimersByTime(500);
  expect(wires).toHaveLength(2);
  last().break(1006);
  await confirmed();
  jest.advanceTimersByTime(30_999);
  expect(wires).toHaveLength(2);
  jest.advanceTimersByTime(1);
  expect(wires).toHaveLength(3);
});

test("A hidden page that is shown again connects at once", async () => {
  const { wires, last } = connected();
  socket.setVisible(false);
  last().break(1006);
  jest.advanceTimersByTime(500);
  last().break(1006);
  await confirmed();
  socket.setVisible(true);
  expect(wires).toHaveLength(3);
  socket.setVisible(true);
  expect(wires).toHaveLength(3);
});

/** The sign-in was confirmed over HTTP. */
async function confirmed(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await Promise.resolve();
}
