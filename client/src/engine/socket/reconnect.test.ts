import { expect, test } from "bun:test";
import { afterClose, backoff } from "./reconnect.ts";

const most = () => 1;
const closed = (code: number, reason = "") => ({ code, reason });

test("a server that goes away is come back to after a pause with jitter", () => {
  expect(afterClose(closed(1001), 0, most)).toEqual({ kind: "connect", after: 500 });
  expect(afterClose(closed(1001), 0, () => 0.25)).toEqual({ kind: "connect", after: 125 });
});

test("a server that says when to come back is believed, and one that says nonsense is not", () => {
  const hinted = closed(1001, "the server goes away; retry in 7300 ms");
  expect(afterClose(hinted, 0, most)).toEqual({ kind: "connect", after: 7_300 });
  const nonsense = closed(1001, "the server goes away; retry in 99999999 ms");
  expect(afterClose(nonsense, 0, most)).toEqual({ kind: "connect", after: 500 });
});

test("a connection that broke without a code is treated the same way", () => {
  expect(afterClose(closed(1006), 2, most)).toEqual({ kind: "connect", after: 2_000 });
});

test("a missed pong means: come back at once, but not in a tight loop", () => {
  expect(afterClose(closed(4408), 0, most)).toEqual({ kind: "connect", after: 0 });
  expect(afterClose(closed(4408), 3, most)).toEqual({ kind: "connect", after: 4_000 });
});

test("who is not signed in any more is asked to sign in, and abuse stops for good", () => {
  expect(afterClose(closed(4401), 0, most)).toEqual({ kind: "sign_in" });
  expect(afterClose(closed(1008), 0, most)).toEqual({ kind: "stop" });
});

test("the pause never grows beyond fifteen seconds", () => {
  expect(backoff(40, most)).toBe(15_000);
});
