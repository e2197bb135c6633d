import { LIMITS } from "@parley/contracts/limits";

/** What waits for one reader. */
export interface Backlog<R> {
  readonly reader: R;
  readonly user: string;
  readonly bytes: number;
  /** Since when more than `LIMITS.backlog.lastingBytes` wait, in milliseconds; undefined where less do. */
  readonly aboveSince: number | undefined;
  /** Whether the reader's close is decided, and waits for the reader to take what is buffered. */
  readonly isClosing: boolean;
}

/** `close`: with 4429, once the reader has taken what waits for it; `terminate`: at once, which frees the memory. */
export type Verdict = "close" | "terminate";

type Limits = { readonly [Name in keyof typeof LIMITS.backlog]: number };

/**
 * Decides which readers are too slow. All others keep their sockets.
 *
 * Where a user's sockets or all sockets together exceed their bound, those with the most go first. A
 * close alone frees nothing: if the bound is exceeded at the next look too, the closing are terminated.
 */
export function judgeBacklogs<R>(
  backlogs: readonly Backlog<R>[],
  now: number,
  limits: Limits = LIMITS.backlog,
): Map<R, Verdict> {
  const verdicts = new Map<R, Verdict>();
  for (const backlog of backlogs)
    if (!backlog.isClosing && isTooSlow(backlog, now, limits))
      verdicts.set(backlog.reader, "close");
  for (const ofUser of Map.groupBy(backlogs, ({ user }) => user).values())
    shed(ofUser, limits.userBytes, verdicts);
  shed(backlogs, limits.allBytes, verdicts);
  return verdicts;
}

function isTooSlow<R>({ bytes, aboveSince }: Backlog<R>, now: number, limits: Limits): boolean {
  if (bytes > limits.readerBytes) return true;
  return aboveSince !== undefined && now - aboveSince > limits.lastingMs;
}

/** Ends the readers with the most, until the others fit the limit. */
function shed<R>(backlogs: readonly Backlog<R>[], limit: number, verdicts: Map<R, Verdict>): void {
  let excess = backlogs.reduce((sum, { bytes }) => sum + bytes, 0) - limit;
  if (excess <= 0) return;
  for (const { reader, bytes, isClosing } of backlogs.toSorted(mostFirst)) {
    if (excess <= 0) return;
    verdicts.set(reader, isClosing ? "terminate" : "close");
    excess -= bytes;
  }
}

/** Those that were told to close come before the others; of two with as much, the one that has waited longer. */
function mostFirst<R>(a: Backlog<R>, b: Backlog<R>): number {
  return (
    Number(b.isClosing) - Number(a.isClosing) ||
    b.bytes - a.bytes ||
    (a.aboveSince ?? Number.POSITIVE_INFINITY) - (b.aboveSince ?? Number.POSITIVE_INFINITY)
  );
}
