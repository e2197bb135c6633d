import type { ChatId, UserId } from "@parley/contracts/ids";
import { type Parameters, prepare } from "@parley/db/prepare";
import { Refusal } from "@parley/platform/http/problem";
import { type Expression, type QueryExecutorProvider, sql } from "kysely";

/** Selects a row if a user may read a chat: members read their chats, everyone reads public channels. */
export function readableChat(viewer: Expression<UserId>, chat: Expression<ChatId>) {
  return sql<{ is_readable: true }>`(
    select true as is_readable from chats
    where id = ${chat} and (visibility = 'public' or coalesce(
      (select true from members where chat_id = ${chat} and user_id = ${viewer}), false
    ))
    limit 1
  )`;
}

const findReadable = prepare(
  (_db, { viewer, chat }: Parameters<{ viewer: UserId; chat: ChatId }>) =>
    readableChat(viewer, chat),
);

/** Whether a user may read a chat, by {@link readableChat}. */
export async function isReadable(
  db: QueryExecutorProvider,
  viewer: UserId,
  chat: ChatId,
): Promise<boolean> {
  return (await findReadable.first(db, { viewer, chat })) !== undefined;
}

/** @throws Refusal `not_found` when a user may not read a chat. */
export async function requireReadable(
  db: QueryExecutorProvider,
  viewer: UserId,
  chat: ChatId,
): Promise<void> {
  if (!(await isReadable(db, viewer, chat))) throw new Refusal("not_found");
}
