import type pg from "pg";
import { DatabaseFault } from "./database-fault.ts";
import { type LockSession, openLockSession } from "./lock-session.ts";

export interface ServerLockOptions {
  /** How long a lock that another session holds is waited for: its server may be about to stop. */
  readonly waitMs: number;
  /** Whether a pooler shares the sessions of PostgreSQL among clients. */
  readonly isPooled?: boolean;
  /** How long the lock may be another session's after the connection was lost, whose end PostgreSQL may not have noticed yet. */
  readonly retakeMs?: number;
  readonly retryIntervalMs?: number;
}

export interface ServerLock extends AsyncDisposable {
  /** Resolves when the lock was lost and another server has taken it since. */
  readonly lost: Promise<Error>;
}

interface ServerLockDeps {
  /** Creates a client that is not connected yet. */
  createClient(): pg.Client;
  /** Ends the wait for the lock. */
  readonly stop: AbortSignal;
}

const RETAKE_MS = 5_000;
const RETRY_INTERVAL_MS = 500;

/**
 * Takes the lock that one server holds on its database, and holds it on a connection of its own until
 * it is disposed of. When the connection is lost, the lock is taken again on a new one.
 *
 * Meanwhile another server can take the lock, and both write for a moment: their events stay in order,
 * because each transaction locks the chats that it writes.
 * @throws DatabaseFault when another server holds the lock for `waitMs`.
 */
export async function takeServerLock(
  { createClient, stop }: ServerLockDeps,
  {
    waitMs,
    isPooled = false,
    retakeMs = RETAKE_MS,
    retryIntervalMs = RETRY_INTERVAL_MS,
  }: ServerLockOptions,
): Promise<ServerLock> {
  const disposed = new AbortController();
  const lost = Promise.withResolvers<Error>();
  let session = await take();

  async function take(): Promise<LockSession> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      stop.throwIfAborted();
      const taken = await openLockSession(createClient(), { isPooled });
      if (taken) return taken;
      if (performance.now() >= deadline) throw secondServer();
      await Bun.sleep(retryIntervalMs);
    }
  }

  async function keepTaken(): Promise<void> {
    while (!disposed.signal.aborted) {
      await session.ended;
      const taken = await retake();
      if (!taken) return;
      session = taken;
    }
  }

  /** @returns null when another server has the lock, or when nobody needs it any more. */
  async function retake(): Promise<LockSession | null> {
    let refusedSince: number | undefined;
    for (; !disposed.signal.aborted; await Bun.sleep(retryIntervalMs)) {
      // A database that is away gives the lock to nobody else.
      const options = { isPooled, previous: session };
      const taken = await openLockSession(createClient(), options).catch(() => undefined);
      if (taken) return taken;
      refusedSince = taken === null ? (refusedSince ?? performance.now()) : undefined;
      if (refusedSince !== undefined && performance.now() - refusedSince >= retakeMs) {
        lost.resolve(secondServer());
        return null;
      }
    }
    return null;
  }

  const keeping = keepTaken();
  return {
    lost: lost.promise,
    async [Symbol.asyncDispose]() {
      disposed.abort();
      await session[Symbol.asyncDispose]();
      await keeping;
      // The lock may have been taken again meanwhile.
      await session[Symbol.asyncDispose]();
    },
  };
}

function secondServer(): DatabaseFault {
  return new DatabaseFault(
    "another Parley server uses this database, and one server can use a database at a time: stop that server, or set another DATABASE_URL",
  );
}
