import type { Log } from "@parley/platform/log";
import { Refusal } from "@parley/platform/problem";

/** How long a send waits for a database that went away, in milliseconds. */
const PATIENCE = 10_000;
const PAUSE = 100;

/** SQLSTATEs after which the same transaction may well succeed: conflicts with another server's. */
const CONFLICTS = new Set(["40001", "40P01", "23505"]);

/**
 * Runs a transaction again while the database is away or in conflict, and gives up after ten seconds.
 *
 * A commit whose answer was lost is safe to run again: its messages are found by their `clientId`.
 * @throws Refusal `unavailable` when the patience ran out; any other fault as it is.
 */
export async function persistently<T>(log: Log, transact: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await transact();
    } catch (error) {
      if (!isPassing(error)) throw error;
      log.warn({ error: String(error) }, "a commit failed and is tried again");
      if (performance.now() > deadline)
        throw new Refusal("unavailable", "The database can’t be reached.", {
          retryAfter: 5,
        });
      await Bun.sleep(PAUSE);
    }
  }
}

/** Whether a fault is the connection's (class 08, 57P0x, or the socket's own) or a conflict, and not the statement's. */
export function isPassing(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  if (code === undefined) return /connection|terminat|timeout/i.test(message ?? "");
  return CONFLICTS.has(code) || /^(08|57P0|53|E[A-Z]+$)/.test(code);
}
