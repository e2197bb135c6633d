import { expect, test } from "bun:test";
import { CLOSES, retryHint, withRetryHint } from "./closes.ts";

test("A retry hint is read back from a reason that fits a close frame", () => {
  const reason = withRetryHint(CLOSES.goingAway.reason, 29_999.6);
  expect(retryHint(reason)).toBe(30_000);
  // RFC 6455, 5.5: a control frame holds 125 bytes, of which the code takes two.
  expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
});

test.each([
  "",
  "the server goes away",
  "; retry in -5 ms",
  "; retry in 9999999 ms",
  "; retry in 5 ms x",
])("The reason %p carries no retry hint", (reason) => {
  expect(retryHint(reason)).toBeUndefined();
});
