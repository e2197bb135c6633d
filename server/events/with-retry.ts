import { DatabaseEndedError } from "@parley/db/database-ended-error";
import { Refusal } from "@parley/platform/http/problem";
import type { Log } from "@parley/platform/process/log";

/** How long a write waits for a database that went away, in milliseconds. */
export const PATIENCE = 10_000;
/** Milliseconds between two tries. */
const PAUSE = 100;

/** SQLSTATEs after which the same transaction may well succeed: conflicts with another server's. */
const CONFLICTS = new Set(["40001", "40P01", "23505"]);

/**
 * Runs a transaction again while the database is away, full or in conflict, until a deadline; gives up
 * at once where the database is gone for as long as this process lives.
 *
 * A commit whose answer was lost is run again, so it must know its own traces: messages are found by
 * their `clientId`.
 * @param deadline as `performance.now()` tells it.
 * @throws Refusal `unavailable` when it has passed; any other fault as it is.
 */
export async function persistently<T>(
  log: Log,
  transact: () => Promise<T>,
  deadline: number,
): Promise<T> {
  for (;;) {
    try {
      return await transact();
    } catch (error) {
      if (!isPassing(error)) throw error;
      log.warn({ error: String(error) }, "a commit failed and is tried again");
      if (error instanceof DatabaseEndedError || performance.now() > deadline) throw unavailable();
      await Bun.sleep(PAUSE);
    }
  }
}

/** What is answered to who has waited for long enough. */
export function unavailable(): Refusal {
  return new Refusal("unavailable", "The database can’t be reached.", { retryAfter: 5 });
}

/**
 * Whether a fault is the connection's (class 08, 57P0x, or the socket's own), a want of room (class 53:
 * a full disk) or a conflict, and not the statement's.
 */
export function isPassing(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  if (code === undefined) return /connection|terminat|timeout/i.test(message ?? "");
  return CONFLICTS.has(code) || /^(08|57P0|53|E[A-Z]+$)/.test(code);
}
