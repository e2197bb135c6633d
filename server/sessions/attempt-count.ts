import type { FailureRecord, LoginFailures } from "./login-failures.ts";

/** How long an attempt has to wait after failures, and how many attempts may run at once. */
export interface WaitPolicy {
  /** Failures after which no attempt has to wait. */
  readonly free: number;
  /** The wait after the next failure; each further failure doubles the wait. */
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  /**
   * Attempts that run at once without a failure; each failure takes one of them, because each attempt
   * that runs may become a failure. After the free failures, one at a time.
   */
  readonly maxConcurrent: number;
}

/** One of the counts that an attempt to sign in is subject to, such as that of the caller's address. */
export interface AttemptCount {
  read(): FailureRecord | null | Promise<FailureRecord | null>;
  /** @returns how long the attempt has to wait, in milliseconds; zero or less if it need not. */
  waitMs(record: FailureRecord | null): number;
  begin(): void;
  end(): void;
  addFailure(): void | Promise<void>;
  addSuccess(): void | Promise<void>;
}

interface AttemptCountsDeps {
  failures: LoginFailures;
  now?: () => number;
}

interface AttemptCountsOptions extends WaitPolicy {
  /** Whether a success forgets the failures. */
  clears: boolean;
}

const CONCURRENT_RETRY_MS = 1_000;

/** @returns the function that returns the count of a key. The wait begins at the newest failure of the key. */
export function createAttemptCounts(
  { failures, now = Date.now }: AttemptCountsDeps,
  { clears, ...policy }: AttemptCountsOptions,
) {
  const running = new Map<string, number>();
  const runningOf = (key: string) => running.get(key) ?? 0;

  return function countOf(key: string): AttemptCount {
    return {
      read: () => failures.read(key),

      waitMs(record) {
        const left = record ? record.newestAt + waitAfter(record.count, policy) - now() : 0;
        if (left > 0) return left;
        return runningOf(key) >= maxConcurrent(record, policy) ? CONCURRENT_RETRY_MS : 0;
      },

      begin() {
        running.set(key, runningOf(key) + 1);
      },

      end() {
        const count = runningOf(key) - 1;
        if (count > 0) running.set(key, count);
        else running.delete(key);
      },

      addFailure: () => failures.add(key),
      addSuccess: () => (clears ? failures.clear(key) : undefined),
    };
  };
}

/** @returns the wait after a number of failures, in milliseconds. */
export function waitAfter(count: number, { free, firstWaitMs, maxWaitMs }: WaitPolicy): number {
  return count < free ? 0 : Math.min(firstWaitMs * 2 ** (count - free), maxWaitMs);
}

function maxConcurrent(record: FailureRecord | null, policy: WaitPolicy): number {
  const failures = record?.count ?? 0;
  return failures < policy.free ? Math.max(1, policy.maxConcurrent - failures) : 1;
}
