import { expect, test } from "bun:test";
import { isTransient } from "./transient-error.ts";

const withCode = (code: string) => Object.assign(new Error("failed"), { code });

test.each(["08006", "57P01", "53100", "40001", "40P01", "23505", "ECONNREFUSED"])(
  "An error with the code %s is transient",
  (code) => {
    expect(isTransient(withCode(code))).toBe(true);
  },
);

test.each(["42601", "23503", "22P02"])("An error with the code %s is permanent", (code) => {
  expect(isTransient(withCode(code))).toBe(false);
});

test("An error without a code is transient when its message names the connection", () => {
  expect(isTransient(new Error("Connection terminated unexpectedly"))).toBe(true);
  expect(isTransient(new Error("changed my mind"))).toBe(false);
});
