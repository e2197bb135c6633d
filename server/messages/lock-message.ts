import type { UserId } from "@parley/contracts/ids";
import { type Parameters, prepare } from "@parley/db/prepare";
import type { Transaction } from "@parley/db/queryable";
import { type Denial, Refusal, throwIfDenied } from "@parley/platform/http/problem";
import { sql } from "kysely";
import { lockChat } from "../events/lock-chat.ts";
import { pairKey, readPermissions } from "./batch-context.ts";
import type { Found } from "./message-rules.ts";
import { findMessages } from "./read-messages.ts";
import type { MessageId, MessageRow } from "./show-messages.ts";

/**
 * Locks a message's chat, then reads the message that `actor` wants to change.
 * @param deny decides whether the actor may change it.
 * @throws Refusal `not_found` when there is no such chat, or with the denial.
 */
export async function lockMessage(
  tx: Transaction,
  actor: UserId,
  id: MessageId,
  now: Date,
  deny: (found: Found) => Denial | null,
): Promise<MessageRow> {
  const chat = await lockChat(tx, id.chat);
  if (!chat) throw new Refusal("not_found", "There is no such message.");
  const permissions = await readPermissions(tx, [{ chat: chat.id, user: actor }], now);
  const [row] = await findMessages(tx, [{ chat_id: chat.id, seq: id.seq }]);
  const denial = deny({
    permissions: permissions.get(pairKey(chat.id, actor)),
    visibility: chat.visibility,
    message: row
      ? {
          own: row.sender_id === actor,
          deleted: row.deleted_at !== null,
          hasFiles: await hasFiles(tx, id),
        }
      : null,
  });
  throwIfDenied(denial);
  return row as MessageRow;
}

async function hasFiles(tx: Transaction, id: MessageId): Promise<boolean> {
  return (await findFile.first(tx, id)) !== undefined;
}

const findFile = prepare((db, { chat, seq }: Parameters<MessageId>) =>
  db
    .selectFrom("message_files")
    .select("file_id")
    .where("chat_id", "=", chat)
    .where("seq", "=", seq)
    .limit(sql.lit(1)),
);
