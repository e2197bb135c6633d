import type { OpenedDatabase } from "@parley/db/open";
import { takeServerLock } from "@parley/db/server-lock";
import type { OpenBus } from "./bus.ts";
import { createInProcessBus } from "./in-process-bus.ts";

/** How long a server waits for the end of one that is stopping, in addition to the time for which that one drains. */
const LOCK_WAIT_MS = 10_000;

export interface ServerBus extends AsyncDisposable {
  readonly openBus: OpenBus;
  /** Resolves when the server may no longer run. */
  readonly failed: Promise<Error>;
}

interface ServerBusOptions {
  /** Whether a pooler shares the sessions of PostgreSQL among clients. */
  readonly isPooled: boolean;
  /** How long a stopping server goes on serving. */
  readonly drainMs: number;
  /** Ends the wait for the lock of the database. */
  readonly stop: AbortSignal;
}

/**
 * Opens the bus of this server. The bus reaches no other process, so that the server must be the only
 * one on its database: the sockets of a second server would not hear of this server's events and of
 * memberships and sessions that end here.
 * @throws DatabaseFault when another server uses the database.
 */
export async function openServerBus(
  { createClient }: Pick<OpenedDatabase, "createClient">,
  { isPooled, drainMs, stop }: ServerBusOptions,
): Promise<ServerBus> {
  const openBus = createInProcessBus();
  const lock = await takeServerLock(
    { createClient, stop },
    { waitMs: LOCK_WAIT_MS + drainMs, isPooled },
  );
  return { openBus, failed: lock.lost, [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() };
}
