import type { Database } from "@parley/db/open";
import { createLocalPresence, type LocalPresenceDeps } from "./local-presence.ts";
import type { Presence } from "./presence.ts";
import { createPresenceStore } from "./presence-store.ts";

/** Composes presence over the database. */
export function createPresence({
  db,
  reads,
  ...deps
}: { db: Database; reads: Database } & Pick<LocalPresenceDeps, "hub" | "fail">): Presence {
  return createLocalPresence({ ...deps, ...createPresenceStore({ db, reads }) });
}
