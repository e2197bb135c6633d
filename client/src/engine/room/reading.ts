/** A message counts as read after this time on the screen. */
export const READ_AFTER_MS = 1_000;

/** What the reader has had on the screen since a moment. Times are in milliseconds of a monotonic clock. */
export interface Reading {
  readonly since: number;
  /** The `seq` of the lowest message that has been in view all the time since then. */
  readonly held: number;
  /** The `seq` of the lowest message that is in view now. */
  readonly lowest: number;
}

/** @param lowest the `seq` of the lowest message in view, or null while nobody looks. */
export function look(reading: Reading | null, lowest: number | null, now: number): Reading | null {
  if (lowest === null) return null;
  if (!reading) return { since: now, held: lowest, lowest };
  return { ...reading, held: Math.min(reading.held, lowest), lowest };
}

/** @returns up to which `seq` messages count as read, and the reading that follows; null if it is too early. */
export function settle(reading: Reading, now: number): { read: number; next: Reading } | null {
  const { since, held, lowest } = reading;
  if (now - since < READ_AFTER_MS) return null;
  return { read: held, next: { since: now, held: lowest, lowest } };
}
