import { expect, test } from "bun:test";
import { createLoginThrottle } from "./login-throttle.ts";

const SECOND = 1_000;

function failed(attempts: number, throttle = createLoginThrottle(), account = "ann") {
  for (let count = 0; count < attempts; count++) throttle.attempt(account, 0);
  return throttle;
}

test("five attempts go on at once, the sixth waits", () => {
  const throttle = createLoginThrottle();
  const waits = Array.from({ length: 6 }, () => throttle.attempt("ann", 0));
  expect(waits).toEqual([0, 0, 0, 0, 0, 10]);
});

test("an attempt that had to wait does not make the wait longer", () => {
  const throttle = failed(5);
  throttle.attempt("ann", 0);
  expect(throttle.attempt("ann", 4 * SECOND)).toBe(6);
});

test("each further failure doubles the wait, up to five minutes", () => {
  const throttle = failed(5);
  const waits: number[] = [];
  for (let now = 0; waits.length < 7; ) {
    const wait = throttle.attempt("ann", now);
    if (wait > 0) waits.push(wait);
    now += wait * SECOND;
  }
  expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300]);
});

test("a success makes the attempts free again", () => {
  const throttle = failed(5);
  throttle.succeeded("ann");
  expect(throttle.attempt("ann", 0)).toBe(0);
});

test("one account's failures are no other's", () => {
  expect(failed(6).attempt("bob", 0)).toBe(0);
});

test("failures are forgotten an hour after the last", () => {
  const throttle = failed(5);
  throttle.attempt("ann", 10 * SECOND);
  expect(throttle.attempt("ann", 3_611 * SECOND)).toBe(0);
  expect(throttle.attempt("ann", 3_611 * SECOND)).toBe(0);
});

test("no more accounts are kept than allowed, and the one longest at rest goes first", () => {
  const throttle = createLoginThrottle(2);
  failed(5, throttle, "ann");
  failed(5, throttle, "bob");
  failed(5, throttle, "cyd");
  expect(throttle.attempt("bob", 0)).toBe(10);
  expect(throttle.attempt("cyd", 0)).toBe(10);
  expect(throttle.attempt("ann", 0)).toBe(0);
});
