import { isOfAnotherSession } from "./prepared.ts";

/**
 * The embedded database ended, and cannot continue in this process. Another process may open it again;
 * no committed data is lost.
 */
export class DatabaseEndedError extends Error {
  /** The SQLSTATE `crash_shutdown`: every transaction that was not committed is rolled back. */
  readonly code = "57P02";

  constructor(reason: string) {
    super(`the embedded database ended: ${reason}`);
  }
}

/** SQLSTATEs of conflicts with another transaction: the same transaction may succeed if it runs again. */
const CONFLICTS = new Set(["40001", "40P01", "23505"]);

/**
 * Whether the same statement may succeed later: the connection broke (SQLSTATE class 08, 57P0x, or an
 * error of the socket), the server lacks resources (class 53, such as a full disk), two transactions
 * were in conflict, or a pooler moved the connection to a session without the prepared statement.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function isTransient(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  if (code === undefined) return /connection|terminat|timeout/i.test(message ?? "");
  return CONFLICTS.has(code) || isOfAnotherSession(error) || /^(08|57P0|53|E[A-Z]+$)/.test(code);
}

/** Whether a statement was cancelled, because its `statement_timeout` passed or because somebody asked for that. */
export function isCancelled(error: unknown): boolean {
  return (error as { code?: string }).code === "57014";
}
