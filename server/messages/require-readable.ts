import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import { Refusal } from "@parley/platform/http/problem";

/** Whether a user may read a chat: members read their chats, everyone reads public channels. */
export async function isReadable(db: Database, viewer: UserId, chat: ChatId): Promise<boolean> {
  const readable = await db
    .selectFrom("chats")
    .leftJoin("members", (join) =>
      join.onRef("members.chat_id", "=", "chats.id").on("members.user_id", "=", viewer),
    )
    .select("chats.id")
    .where("chats.id", "=", chat)
    .where((eb) => eb.or([eb("visibility", "=", "public"), eb("members.role", "is not", null)]))
    .executeTakeFirst();
  return readable !== undefined;
}

/** @throws Refusal `not_found` when a user may not read a chat, by {@link isReadable}. */
export async function requireReadable(db: Database, viewer: UserId, chat: ChatId): Promise<void> {
  if (!(await isReadable(db, viewer, chat))) throw new Refusal("not_found");
}
