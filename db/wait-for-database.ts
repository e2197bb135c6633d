import { asDatabaseFault, classifyConnectFailure } from "./database-fault.ts";

export interface DatabaseWait {
  /** How long a database that cannot be reached is waited for. */
  readonly waitMs: number;
  readonly lineIntervalMs: number;
  readonly retryIntervalMs: number;
}

const DEFAULT_WAIT: DatabaseWait = { waitMs: 60_000, lineIntervalMs: 5_000, retryIntervalMs: 250 };

interface WaitDeps {
  readonly log: { warn(line: string): void };
  /** Ends the wait. */
  readonly stop: AbortSignal;
}

/** The database was not reachable in the time in which it was waited for. */
export class DatabaseAwayError extends Error {}

/**
 * Resolves when `ping` succeeds: a database may start at the same time as the server, or after it.
 * @throws DatabaseFault at once when the database refuses what `DATABASE_URL` says.
 * @throws DatabaseAwayError when the time is over; the reason of `stop`; other errors of `ping` unchanged.
 */
export async function waitForDatabase(
  ping: () => Promise<unknown>,
  { log, stop }: WaitDeps,
  { waitMs, lineIntervalMs, retryIntervalMs } = DEFAULT_WAIT,
): Promise<void> {
  const start = performance.now();
  for (let nextLineAt = start; ; await Bun.sleep(retryIntervalMs)) {
    stop.throwIfAborted();
    const reason = await failureOf(ping);
    if (reason === null) return;
    const now = performance.now();
    if (now - start >= waitMs) throw new DatabaseAwayError(awayLine(waitMs, reason));
    if (now < nextLineAt) continue;
    log.warn(`waiting for the database: ${reason}`);
    nextLineAt = now + lineIntervalMs;
  }
}

/** @returns why the database is away, or null when it is not. */
async function failureOf(ping: () => Promise<unknown>): Promise<string | null> {
  try {
    await ping();
    return null;
  } catch (error) {
    const failure = classifyConnectFailure(error);
    if (failure.kind === "away") return failure.reason;
    throw asDatabaseFault(error);
  }
}

function awayLine(waitMs: number, reason: string): string {
  return `DATABASE_URL names a database that could not be reached for ${waitMs / 1_000} s: ${reason}`;
}
