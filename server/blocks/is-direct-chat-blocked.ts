import type { ChatId } from "@parley/contracts/ids";
import { type Parameters, prepareLookUp } from "@parley/db/prepare";
import { type Expression, type QueryExecutorProvider, sql } from "kysely";
import { activeBlockBy } from "./blocked-users.ts";

/**
 * Whether a chat is a direct chat of which a member has an active block of the other.
 *
 * Read marks and typing use this rule; a send reads it in `send_permissions` of the database.
 */
export function directChatBlocked(chat: Expression<ChatId>, at: Expression<Date>) {
  return sql<boolean>`exists (
    select from (
      select direct_key from chats where id = ${chat} and kind = 'direct' limit 1
    ) as direct
    cross join lateral (select user_id from members where chat_id = ${chat} limit 2) as one
    where ${activeBlockBy(sql.ref("one.user_id"), sql`direct_peer(direct_key, one.user_id)`, at)}
  )`;
}

export async function isDirectChatBlocked(
  q: QueryExecutorProvider,
  chat: ChatId,
  at: Date,
): Promise<boolean> {
  return (await findBlocked.first(q, { chat, at }))?.is_blocked === true;
}

const findBlocked = prepareLookUp(
  (_db, { chat, at }: Parameters<{ chat: ChatId; at: Date }>) =>
    sql<{ is_blocked: boolean }>`select ${directChatBlocked(chat, at)} as is_blocked`,
);
