import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { createHeartbeat } from "./heartbeat.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

class Peer {
  pings: string[] = [];
  closed: number | undefined;
  ping = (payload: string) => void this.pings.push(payload);
  get lastPing(): string {
    return this.pings.at(-1) ?? "";
  }
  close = (code: number) => {
    this.closed = code;
  };
}

test("Every socket is pinged each 30 s, and a socket that sent no pong before the next ping is closed with 4408", () => {
  using heartbeat = createHeartbeat<Peer>();
  const [alive, dead] = [new Peer(), new Peer()];
  for (const peer of [alive, dead]) heartbeat.add(peer);
  jest.advanceTimersByTime(LIMITS.heartbeatIntervalMs - 1);
  expect([alive.pings.length, dead.pings.length]).toEqual([0, 0]);
  jest.advanceTimersByTime(1);
  expect([alive.pings.length, dead.pings.length]).toEqual([1, 1]);
  heartbeat.onPong(alive, Buffer.from(alive.lastPing));
  jest.advanceTimersByTime(LIMITS.heartbeatIntervalMs - 1);
  expect(dead.closed).toBeUndefined();
  jest.advanceTimersByTime(1);
  expect([alive.closed, dead.closed]).toEqual([undefined, 4408]);
  expect(alive.pings).toHaveLength(2);
});

test("A socket that was removed is neither pinged nor closed", () => {
  using heartbeat = createHeartbeat<Peer>();
  const gone = new Peer();
  heartbeat.add(gone);
  heartbeat.remove(gone);
  heartbeat.onPong(gone, "");
  jest.advanceTimersByTime(3 * LIMITS.heartbeatIntervalMs);
  expect([gone.pings, gone.closed]).toEqual([[], undefined]);
});

test("A pong that answers no ping keeps no socket open, also not with the payload of another ping", () => {
  using heartbeat = createHeartbeat<Peer>();
  const [reader, deaf] = [new Peer(), new Peer()];
  for (const peer of [reader, deaf]) heartbeat.add(peer);
  heartbeat.onPong(deaf, "");
  jest.advanceTimersByTime(LIMITS.heartbeatIntervalMs);
  heartbeat.onPong(reader, reader.lastPing);
  heartbeat.onPong(deaf, "");
  heartbeat.onPong(deaf, reader.lastPing);
  jest.advanceTimersByTime(LIMITS.heartbeatIntervalMs);
  expect([reader.closed, deaf.closed]).toEqual([undefined, 4408]);
  heartbeat.onPong(reader, reader.pings[0] ?? "");
  jest.advanceTimersByTime(LIMITS.heartbeatIntervalMs);
  expect(reader.closed).toBe(4408);
});
