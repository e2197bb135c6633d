import type { Transaction } from "@parley/db/queryable";
import { type Denial, Refusal, throwIfDenied } from "@parley/platform/http/problem";
import { lockChat } from "../events/lock-chat.ts";
import { pairKey, readPermissions } from "./batch-context.ts";
import type { Found } from "./message-rules.ts";
import { findMessages, type MessageRow } from "./show-messages.ts";

/** What names a message. */
export interface MessageName {
  readonly chat: string;
  readonly seq: number;
}

/**
 * Locks a message's chat, and then reads the message that somebody is about to change.
 * @throws Refusal when there is none, or when `deny` says why they may not.
 */
export async function requireTarget(
  tx: Transaction,
  actor: string,
  name: MessageName,
  now: Date,
  deny: (found: Found) => Denial | null,
): Promise<MessageRow> {
  const chat = await lockChat(tx, name.chat);
  if (!chat) throw new Refusal("not_found", "There is no such message.");
  const standings = await readPermissions(tx, [{ chat: chat.id, user: actor }], now);
  const [row] = await findMessages(tx, [{ chat_id: chat.id, seq: name.seq }]);
  const denied = deny({
    permissions: standings.get(pairKey(chat.id, actor)),
    visibility: chat.visibility,
    message: row
      ? {
          own: row.sender_id === actor,
          deleted: row.deleted_at !== null,
          hasFiles: await hasFiles(tx, name),
        }
      : null,
  });
  throwIfDenied(denied);
  return row as MessageRow;
}

async function hasFiles(tx: Transaction, { chat, seq }: MessageName): Promise<boolean> {
  const file = await tx
    .selectFrom("message_files")
    .select("file_id")
    .where("chat_id", "=", chat)
    .where("seq", "=", seq)
    .limit(1)
    .executeTakeFirst();
  return file !== undefined;
}
