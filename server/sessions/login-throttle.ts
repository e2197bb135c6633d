import { Refusal } from "@parley/platform/http/problem";
import type { AttemptCount } from "./attempt-count.ts";

/**
 * Runs an attempt to sign in that is subject to several counts, and adds its result to each of them. An
 * error of `verify` is neither a failure nor a success.
 * @param verify resolves to null for a wrong password.
 * @throws Refusal `rate_limited` when the attempt has to wait for one of the counts.
 */
export async function throttleAttempt<T>(
  counts: readonly AttemptCount[],
  verify: () => Promise<T | null>,
): Promise<T | null> {
  const records = await Promise.all(counts.map((count) => count.read()));
  const waits = counts.map((count, index) => count.waitMs(records[index] ?? null));
  const wait = Math.max(...waits);
  if (wait > 0) throw tooManyAttempts(wait);
  for (const count of counts) count.begin();
  try {
    const result = await verify();
    const isFailure = result === null;
    await Promise.all(counts.map((one) => (isFailure ? one.addFailure() : one.addSuccess())));
    return result;
  } finally {
    for (const count of counts) count.end();
  }
}

function tooManyAttempts(waitMs: number): Refusal {
  return new Refusal("rate_limited", "Too many attempts to sign in.", {
    retryAfter: Math.ceil(waitMs / 1000),
  });
}
