import { expect, test } from "bun:test";
import { afterClose, backoff } from "./reconnect.ts";

const most = () => 1;
const closed = (code: number, reason = "") => ({ code, reason });

test("A connection to a server that shuts down is retried after a back-off with jitter", () => {
  expect(afterClose(closed(1001), 0, most)).toEqual({ kind: "connect", after: 500 });
  expect(afterClose(closed(1001), 0, () => 0.25)).toEqual({ kind: "connect", after: 125 });
});

test("The retry hint of a server sets the pause, unless the hint is invalid", () => {
  const hinted = closed(1001, "the server goes away; retry in 7300 ms");
  expect(afterClose(hinted, 0, most)).toEqual({ kind: "connect", after: 7_300 });
  const nonsense = closed(1001, "the server goes away; retry in 99999999 ms");
  expect(afterClose(nonsense, 0, most)).toEqual({ kind: "connect", after: 500 });
});

test("A connection that broke without a close frame is retried with back-off", () => {
  expect(afterClose(closed(1006), 2, most)).toEqual({ kind: "connect", after: 2_000 });
});

test("A missed pong is followed by an attempt at once, and then by back-off", () => {
  expect(afterClose(closed(4408), 0, most)).toEqual({ kind: "connect", after: 0 });
  expect(afterClose(closed(4408), 3, most)).toEqual({ kind: "connect", after: 4_000 });
});

test("An ended sign-in asks for a new one, and abuse stops the socket", () => {
  expect(afterClose(closed(4401), 0, most)).toEqual({ kind: "sign_in" });
  expect(afterClose(closed(1008), 0, most)).toEqual({ kind: "stop" });
});

test("The back-off is at most fifteen seconds", () => {
  expect(backoff(40, most)).toBe(15_000);
});
