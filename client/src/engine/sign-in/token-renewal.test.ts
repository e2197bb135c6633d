import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { createRenewal } from "./token-renewal.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const HOUR = 3_600_000;

test("without storage, a token is renewed past half of its life all the same, and not all the time", async () => {
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
  // At the start, when nothing is known of it, and after two hours and four.
  expect(renewals).toBe(3);
});
