import type { UserId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import { createBatchLoader } from "@parley/platform/async/batch-loader";
import { sql } from "kysely";
import type { ChatHead } from "./connection-init-buffer.ts";

/** Reads the chats of a user, each with its newest `seq`. */
export type ReadUserChats = (user: UserId) => Promise<readonly ChatHead[]>;

/** Creates a reader that answers all users who connect at the same time with one statement. */
export function createUserChats(db: Database): ReadUserChats {
  const load = createBatchLoader((users) => readChats(db, users));
  return async (user) => (await load(user)) ?? [];
}

async function readChats(db: Database, users: UserId[]): Promise<Map<string, ChatHead[]>> {
  const rows = await db
    .selectFrom("members")
    .innerJoin("chats", "chats.id", "members.chat_id")
    .select(["members.user_id", "chats.id", "chats.last_seq"])
    .select(sql<boolean>`members.requested_by is not null`.as("is_request"))
    .where(sql<boolean>`members.user_id = any(${users}::uuid[])`)
    .execute();
  return Map.groupBy(rows, ({ user_id }) => user_id);
}
