import { Refusal } from "@parley/platform/http/problem";
import type { FailureRecord, LoginFailures } from "./login-failures.ts";

const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 10_000;
const MAX_WAIT_MS = 5 * 60_000;
/** Concurrent attempts on an account, as long as its failures are free. After that, one at a time. */
const MAX_CONCURRENT = 20;
const CONCURRENT_RETRY_MS = 1_000;

interface LoginThrottleDeps {
  failures: LoginFailures;
  now?: () => number;
}

export type LoginThrottle = ReturnType<typeof createLoginThrottle>;

/**
 * Slows down attempts to guess the password of an account (ASVS 5, 6.3.1): after five failures each
 * further attempt has to wait, twice as long as the one before, up to five minutes, until an attempt
 * succeeds. Concurrent attempts are limited, because they could bypass the wait.
 *
 * Names without an account are throttled in the same way, so that the response does not tell whether
 * an account exists.
 */
export function createLoginThrottle({ failures, now = Date.now }: LoginThrottleDeps) {
  const running = new Map<string, number>();

  async function begin(account: string): Promise<void> {
    const record = await failures.read(account);
    const wait = remainingWait(record, now());
    if (wait > 0) throw tooManyAttempts(wait);
    const count = running.get(account) ?? 0;
    if (count >= maxConcurrent(record)) throw tooManyAttempts(CONCURRENT_RETRY_MS);
    running.set(account, count + 1);
  }

  function end(account: string): void {
    const count = (running.get(account) ?? 1) - 1;
    if (count > 0) running.set(account, count);
    else running.delete(account);
  }

  /**
   * Runs an attempt on an account and remembers its result. An error of `verify` is not a failure.
   * @param verify resolves to null for a wrong password.
   * @throws Refusal `rate_limited` when the account has to wait first.
   */
  return async function attempt<T>(
    account: string,
    verify: () => Promise<T | null>,
  ): Promise<T | null> {
    await begin(account);
    try {
      const result = await verify();
      if (result === null) await failures.add(account);
      else await failures.clear(account);
      return result;
    } finally {
      end(account);
    }
  };
}

/** @returns how long the account has to wait, in milliseconds; zero or less if it need not. */
function remainingWait(record: FailureRecord | null, now: number): number {
  if (!record || record.count < FREE_FAILURES) return 0;
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (record.count - FREE_FAILURES), MAX_WAIT_MS);
  return record.newestAt + wait - now;
}

function maxConcurrent(record: FailureRecord | null): number {
  return record && record.count >= FREE_FAILURES ? 1 : MAX_CONCURRENT;
}

function tooManyAttempts(waitMs: number): Refusal {
  return new Refusal("rate_limited", "Too many attempts for this account.", {
    retryAfter: Math.ceil(waitMs / 1000),
  });
}
