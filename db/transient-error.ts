import { isOfAnotherSession, isOutdated } from "./prepared.ts";

/** SQLSTATEs of conflicts with another transaction: the same transaction may succeed if it runs again. */
const CONFLICTS = new Set(["40001", "40P01", "23505"]);

/**
 * Whether the same statement may succeed later: the connection broke (SQLSTATE class 08, 57P0x, or an
 * error of the socket), the server lacks resources (class 53, such as a full disk), two transactions
 * were in conflict, or the prepared statement is missing, because a pooler moved the connection to another
 * session, or outdated.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function isTransient(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  if (code === undefined) return /connection|terminat|timeout/i.test(message ?? "");
  if (isOfAnotherSession(error) || isOutdated(error)) return true;
  return CONFLICTS.has(code) || /^(08|57P0|53|E[A-Z]+$)/.test(code);
}

/** Whether two transactions were in conflict, which says nothing about the database. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.has((error as { code?: string }).code ?? "");
}

/** Whether a statement was cancelled, because its `statement_timeout` passed or because somebody asked for that. */
export function isCancelled(error: unknown): boolean {
  return (error as { code?: string }).code === "57014";
}
