import { CLOSES } from "@parley/contracts/closes";
import type { SessionId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import { opaque, type Parameters, prepare } from "@parley/db/prepare";
import { createBatchLoader } from "@parley/platform/async/batch-loader";
import { sql } from "kysely";
import type { Hub } from "./hub.ts";
import type { ServerConnection } from "./server-connection.ts";

/** Also the longest time in which a session that another server ended goes unnoticed. */
const MAX_CHECK_INTERVAL_MS = 5 * 60_000;
const RETRY_INTERVAL_MS = 1_000;

export interface SessionExpiryDeps {
  db: Database;
  hub: Pick<Hub, "has">;
  fail(error: unknown): void;
}

/** Closes connections when their session (sign-in) ends; a session that was renewed is checked again later. */
export function createSessionExpiry({ db, hub, fail }: SessionExpiryDeps) {
  const expiryOf = createBatchLoader((sids) => readExpiries(db, sids));
  const timers = new Map<ServerConnection, Timer>();

  async function check(connection: ServerConnection): Promise<void> {
    const expiresAt = await expiryOf(connection.sid);
    if (!hub.has(connection)) return;
    const leftMs = expiresAt ? expiresAt.getTime() - Date.now() : 0;
    if (leftMs <= 0) connection.close(CLOSES.signedOut);
    else checkIn(connection, Math.min(leftMs + 1, MAX_CHECK_INTERVAL_MS));
  }

  function checkIn(connection: ServerConnection, delayMs: number): void {
    clearTimeout(timers.get(connection));
    timers.set(
      connection,
      setTimeout(() => {
        check(connection).catch((error: unknown) => {
          fail(error);
          checkIn(connection, RETRY_INTERVAL_MS);
        });
      }, delayMs),
    );
  }

  return {
    /** Checks a connection's session now, and from then on whenever it may have ended. */
    watch: check,

    unwatch(connection: ServerConnection): void {
      clearTimeout(timers.get(connection));
      timers.delete(connection);
    },
  };
}

/** The time at which each session ends unless it is renewed; a session that has ended is not in the map. */
async function readExpiries(db: Database, sids: readonly SessionId[]): Promise<Map<string, Date>> {
  const rows = await findExpiries.rows(db, { sids });
  return new Map(rows.map(({ id, expires_at }) => [id, expires_at]));
}

const findExpiries = prepare(
  (_db, { sids }: Parameters<{ sids: readonly SessionId[] }>) => sql<{
    id: SessionId;
    expires_at: Date;
  }>`
    select found.* from unnest(${opaque(sids, "uuid[]")}) as asked (id)
    cross join lateral (
      select id, expires_at from sessions where id = asked.id limit 1
    ) as found
  `,
);
