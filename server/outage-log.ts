import { isConflict, isTransient } from "@parley/db/transient-error";
import { Refusal } from "@parley/platform/http/problem";
import type { Log } from "@parley/platform/process/log";
import type { PartWatch } from "@parley/platform/process/part-watch";

/**
 * Makes a log leave out what an outage of the database causes, because every request and every
 * background task would write a line: the errors go to the watch of the database, which writes one when
 * the database goes and one when it is back. A refusal was answered, and is no news either.
 */
export function leaveOutOutages(log: Log, database: Pick<PartWatch, "failed">): Log {
  /** @returns whether the line says nothing but that the database does not respond. */
  function isOutage(fields: unknown): boolean {
    const error = (fields as { err?: unknown }).err;
    if (error instanceof Refusal) return error.code === "unavailable";
    if (!(error instanceof Error) || !isTransient(error) || isConflict(error)) return false;
    database.failed(error);
    return true;
  }

  const unless = (write: Log["warn"]) =>
    ((...line: Parameters<typeof write>) => {
      if (!isOutage(line[0])) write.apply(log, line);
    }) as typeof write;
  return Object.assign(Object.create(log) as Log, {
    warn: unless(log.warn),
    error: unless(log.error),
  });
}
