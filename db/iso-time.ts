import pg from "pg";

/** How PostgreSQL writes a time where the session's time zone is UTC. */
const UTC_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;

const parseTime: (time: string) => Date = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ);

/**
 * Converts a time that a statement selects as text to ISO 8601 in UTC with milliseconds, as
 * `Date.toISOString` does: what is only sent on is neither parsed nor formatted.
 * @param time a `timestamptz::text`, or its date.
 */
export function isoTime(time: string | Date): string {
  if (time instanceof Date) return time.toISOString();
  const [, day, clock, fraction = ""] = UTC_TIME.exec(time) ?? [];
  if (!day) return parseTime(time).toISOString();
  return `${day}T${clock}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
}
