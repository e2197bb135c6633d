import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { createRenewal } from "./token-renewal.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const HOUR = 3_600_000;

test("A token is renewed after half of its lifetime, and not more often, in a browser without storage", async () => {
  let renewals = 0;
  const renew = async () => {
    renewals++;
    return { token: "", expiresAt: new Date(Date.now() + 4 * HOUR).toISOString() };
  };
  const renewal = createRenewal({ api: { renew }, storage: null, now: () => Date.now() });
  renewal.start();
  for (let minute = 0; minute < 5 * 60; minute++) {
    jest.advanceTimersByTime(60_000);
    await Promise.resolve();
    await new Promise(setImmediate);
  }
  renewal.stop();
  // At the start, because nothing is stored, and after two and four hours.
  expect(renewals).toBe(3);
});
