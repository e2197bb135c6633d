import { isTransient } from "@parley/db/transient-error";
import { Refusal } from "@parley/platform/http/problem";
import type { Log } from "@parley/platform/process/log";

/** How long a write is retried, from the moment it was asked for. */
export const WRITE_DEADLINE_MS = 10_000;
const RETRY_INTERVAL_MS = 100;
const RETRY_AFTER_S = 5;

/**
 * Runs a transaction again after each transient error, until a deadline.
 *
 * A commit may have succeeded although its response was lost, and then runs again: the transaction
 * must recognise its own earlier result, as messages do by their `clientId`.
 * @param deadline in the time of `performance.now()`.
 * @throws Refusal `unavailable` after the deadline; any other error unchanged.
 */
export async function withRetry<T>(
  log: Log,
  transact: () => Promise<T>,
  deadline: number,
): Promise<T> {
  for (;;) {
    try {
      return await transact();
    } catch (error) {
      if (!isTransient(error)) throw error;
      log.warn({ err: error }, "transaction failed, retrying");
      if (performance.now() > deadline) throw unavailable();
      await Bun.sleep(RETRY_INTERVAL_MS);
    }
  }
}

/** The refusal for a request whose deadline passed while the database was away. */
export function unavailable(): Refusal {
  return new Refusal("unavailable", "The database can’t be reached.", {
    retryAfter: RETRY_AFTER_S,
  });
}
