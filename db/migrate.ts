import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
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
};

/** Runs all pending migrations. Kysely's migrator takes a lock, so that several servers can start at once. */
export async function migrateToLatest<T>(db: Kysely<T>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
