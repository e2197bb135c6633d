import { type Kysely, sql } from "kysely";
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from "kysely/migration";
import { asDatabaseFault, DatabaseFault } from "./database-fault.ts";
import * as users from "./migrations/001-users.ts";
import * as sessions from "./migrations/002-sessions.ts";
import * as chats from "./migrations/003-chats.ts";
import * as members from "./migrations/004-members.ts";
import * as messages from "./migrations/005-messages.ts";
import * as changes from "./migrations/006-changes.ts";
import * as reactions from "./migrations/007-reactions.ts";
import * as files from "./migrations/008-files.ts";
import * as blocks from "./migrations/009-blocks.ts";
import * as mentions from "./migrations/010-mentions.ts";
import * as reactionOrder from "./migrations/011-reaction-order.ts";
import * as messageSearch from "./migrations/012-message-search.ts";
import * as mentionsByMessage from "./migrations/013-mentions-by-message.ts";
import * as passages from "./migrations/014-passages.ts";
import * as messagesUnreferring from "./migrations/015-messages-unreferring.ts";
import * as searchChunks from "./migrations/016-search-chunks.ts";
import * as memberCounts from "./migrations/017-member-counts.ts";
import * as requests from "./migrations/018-requests.ts";
import * as directPeer from "./migrations/019-direct-peer.ts";
import * as chatRemovals from "./migrations/020-chat-removals.ts";
import * as staleChunks from "./migrations/021-stale-chunks.ts";
import * as storeMessage from "./migrations/022-store-message.ts";

/** Imported statically, because `bun build --compile` does not include dynamic imports. */
const MIGRATIONS: Record<string, Migration> = {
  "001-users": users,
  "002-sessions": sessions,
  "003-chats": chats,
  "004-members": members,
  "005-messages": messages,
  "006-changes": changes,
  "007-reactions": reactions,
  "008-files": files,
  "009-blocks": blocks,
  "010-mentions": mentions,
  "011-reaction-order": reactionOrder,
  "012-message-search": messageSearch,
  "013-mentions-by-message": mentionsByMessage,
  "014-passages": passages,
  "015-messages-unreferring": messagesUnreferring,
  "016-search-chunks": searchChunks,
  "017-member-counts": memberCounts,
  "018-requests": requests,
  "019-direct-peer": directPeer,
  "020-chat-removals": chatRemovals,
  "021-stale-chunks": staleChunks,
  "022-store-message": storeMessage,
};

/**
 * Runs all pending migrations. Kysely's migrator takes a lock, so that several servers can start at once.
 * @throws DatabaseFault when a newer version of Parley has migrated the database, or when its user may
 * not create tables.
 */
export async function migrateToLatest<T>(db: Kysely<T>): Promise<void> {
  const [unknown] = await unknownMigrations(db);
  if (unknown !== undefined) throw new DatabaseFault(newerVersionLine(unknown));
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw asDatabaseFault(error);
}

/** The names of migrations that ran on the database and that this version does not have. */
async function unknownMigrations<T>(db: Kysely<T>): Promise<string[]> {
  const table = sql<{
    found: string | null;
  }>`select to_regclass(${DEFAULT_MIGRATION_TABLE}) as found`;
  if (!(await table.execute(db)).rows[0]?.found) return [];
  const migrations = sql<{ name: string }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`;
  const { rows } = await migrations.execute(db);
  return rows.map(({ name }) => name).filter((name) => !(name in MIGRATIONS));
}

function newerVersionLine(migration: string): string {
  return `the database was used by a newer version of Parley (migration ${migration} is unknown here): start that version or a newer one, or restore a backup from before the update`;
}
