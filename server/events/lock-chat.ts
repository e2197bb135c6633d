import type { ChatId } from "@parley/contracts/ids";
import { type Parameters, prepare } from "@parley/db/prepare";
import type { Transaction } from "@parley/db/queryable";
import type { ChatsTable } from "@parley/db/schema";
import type { Selectable } from "kysely";

/**
 * Locks a chat until the end of the transaction, so that no member, role or message of the chat
 * changes after they are read.
 * @returns null when there is no such chat.
 */
export async function lockChat(
  tx: Transaction,
  chat: ChatId,
): Promise<Selectable<ChatsTable> | null> {
  return (await lock.first(tx, { chat })) ?? null;
}

const lock = prepare((db, { chat }: Parameters<{ chat: ChatId }>) =>
  db.selectFrom("chats").selectAll().where("id", "=", chat).forNoKeyUpdate(),
);
