import type { ChatId } from "@parley/contracts/ids";
import type { Queryable } from "@parley/db/queryable";
import { sql } from "kysely";

/**
 * Read marks and typing use this query; a send reads the same rule in `messages/batch-context.ts`.
 * @returns whether a chat is a direct chat whose members have an active block between them.
 */
export async function isDirectChatBlocked(q: Queryable, chat: ChatId, at: Date): Promise<boolean> {
  const { rows } = await sql`
    select from chats
    join members as one on one.chat_id = chats.id
    join members as other on other.chat_id = chats.id and other.user_id <> one.user_id
    join blocks on blocks.blocker_id = one.user_id and blocks.blocked_id = other.user_id
    where chats.id = ${chat} and chats.kind = 'direct'
      and (blocks.expires_at is null or blocks.expires_at > ${at})
  `.execute(q);
  return rows.length > 0;
}
