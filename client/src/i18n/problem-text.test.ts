import { expect, test } from "bun:test";
import type { FailureCode } from "../engine/api/request.ts";
import { problemText } from "./problem-text.ts";

test("A rate limit with a known wait says how long it is, rounded up", () => {
  const text = (retryAfter: number) => problemText({ code: "rate_limited", retryAfter });
  expect(text(1)).toEndWith("Try again in 1 second.");
  expect(text(29.2)).toEndWith("Try again in 30 seconds.");
  expect(text(90)).toEndWith("Try again in 90 seconds.");
  expect(text(91)).toEndWith("Try again in 2 minutes.");
});

test("A rate limit without a known wait asks for a moment", () => {
  const text = "Too many tries. Wait a moment and try again.";
  expect(problemText({ code: "rate_limited" })).toBe(text);
  expect(problemText({ code: "rate_limited", retryAfter: null })).toBe(text);
});

test("A code that a newer server has added is explained as a fault of the server", () => {
  expect(problemText({ code: "too_purple" as FailureCode })).toBe(
    problemText({ code: "internal" }),
  );
});
