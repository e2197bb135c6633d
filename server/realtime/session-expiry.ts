import { CLOSES } from "@parley/contracts/closes";
import type { Database } from "@parley/db/open";
import { createBatchLoader } from "@parley/platform/async/batch-loader";
import { sql } from "kysely";
import type { Hub } from "./hub.ts";
import type { Session } from "./session.ts";

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
  const timers = new Map<Session, Timer>();

  async function check(session: Session): Promise<void> {
    const expiresAt = await expiryOf(session.sid);
    if (!hub.has(session)) return;
    const leftMs = expiresAt ? expiresAt.getTime() - Date.now() : 0;
    if (leftMs <= 0) session.close(CLOSES.signedOut);
    else checkIn(session, Math.min(leftMs + 1, MAX_CHECK_INTERVAL_MS));
  }

  function checkIn(session: Session, delayMs: number): void {
    clearTimeout(timers.get(session));
    timers.set(
      session,
      setTimeout(() => {
        check(session).catch((error: unknown) => {
          fail(error);
          checkIn(session, RETRY_INTERVAL_MS);
        });
      }, delayMs),
    );
  }

  return {
    /** Checks a connection's session now, and from then on whenever it may have ended. */
    watch: check,

    unwatch(session: Session): void {
      clearTimeout(timers.get(session));
      timers.delete(session);
    },
  };
}

/** The time at which each session ends unless it is renewed; a session that has ended is not in the map. */
async function readExpiries(db: Database, sids: string[]): Promise<Map<string, Date>> {
  const rows = await db
    .selectFrom("sessions")
    .select(["id", "expires_at"])
    .where(sql<boolean>`id = any(${sids}::uuid[])`)
    .execute();
  return new Map(rows.map(({ id, expires_at }) => [id, expires_at]));
}
