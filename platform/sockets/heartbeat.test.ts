import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { createHeartbeat } from "./heartbeat.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

class Peer {
  pings = 0;
  closed: number | undefined;
  ping = () => void this.pings++;
  close = (code: number) => {
    this.closed = code;
  };
}

test("Every socket is pinged each 30 s, and a socket that sent no pong before the next ping is closed with 4408", () => {
  using heartbeat = createHeartbeat<Peer>();
  const [alive, dead] = [new Peer(), new Peer()];
  for (const peer of [alive, dead]) heartbeat.add(peer);
  jest.advanceTimersByTime(LIMITS.heartbeatIntervalMs - 1);
  expect([alive.pings, dead.pings]).toEqual([0, 0]);
  jest.advanceTimersByTime(1);
  expect([alive.pings, dead.pings]).toEqual([1, 1]);
  heartbeat.onPong(alive);
  jest.advanceTimersByTime(LIMITS.heartbeatIntervalMs - 1);
  expect(dead.closed).toBeUndefined();
  jest.advanceTimersByTime(1);
  expect([alive.closed, dead.closed]).toEqual([undefined, 4408]);
  expect(alive.pings).toBe(2);
});

test("A socket that was removed is neither pinged nor closed", () => {
  using heartbeat = createHeartbeat<Peer>();
  const gone = new Peer();
  heartbeat.add(gone);
  heartbeat.remove(gone);
  heartbeat.onPong(gone);
  jest.advanceTimersByTime(3 * LIMITS.heartbeatIntervalMs);
  expect([gone.pings, gone.closed]).toEqual([0, undefined]);
});
