import type { Database } from "@parley/db/open";
import { Refusal } from "@parley/platform/http/problem";

/** Members read their chats, and everyone reads public channels. @throws Refusal `not_found` for any other. */
export async function requireReadable(db: Database, viewer: string, chat: string): Promise<void> {
  const readable = await db
    .selectFrom("chats")
    .leftJoin("members", (join) =>
      join.onRef("members.chat_id", "=", "chats.id").on("members.user_id", "=", viewer),
    )
    .select("chats.id")
    .where("chats.id", "=", chat)
    .where((eb) => eb.or([eb("visibility", "=", "public"), eb("members.role", "is not", null)]))
    .executeTakeFirst();
  if (!readable) throw new Refusal("not_found");
}
