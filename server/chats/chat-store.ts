import type { MemberRole } from "@parley/contracts/chats";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { containsPattern } from "@parley/db/like-pattern";
import { type Parameters, prepare } from "@parley/db/prepare";
import type { Queryable, Transaction } from "@parley/db/queryable";
import type { ChatsTable, MembersTable } from "@parley/db/schema";
import { type Insertable, type QueryExecutorProvider, type Selectable, sql } from "kysely";

export type ChatRow = Selectable<ChatsTable>;
export type MemberRow = Selectable<MembersTable>;

export async function findMember(
  q: Queryable,
  chat: ChatId,
  user: UserId,
): Promise<MemberRow | null> {
  const row = await q
    .selectFrom("members")
    .selectAll()
    .where("chat_id", "=", chat)
    .where("user_id", "=", user)
    .executeTakeFirst();
  return row ?? null;
}

/** The members of a chat, the oldest first. */
export function membersByAge(q: Queryable, chat: ChatId): Promise<MemberRow[]> {
  return q
    .selectFrom("members")
    .selectAll()
    .where("chat_id", "=", chat)
    .orderBy("joined_at")
    .orderBy("user_id")
    .execute();
}

export async function hasMembers(q: Queryable, chat: ChatId): Promise<boolean> {
  const row = await q
    .selectFrom("members")
    .select("user_id")
    .where("chat_id", "=", chat)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function findDirect(q: Queryable, key: string): Promise<string | null> {
  const row = await q
    .selectFrom("chats")
    .select("id")
    .where("direct_key", "=", key)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** @returns the new ID; null when the two users of a direct chat have one. */
export async function insertChat(
  tx: Transaction,
  chat: Omit<Insertable<ChatsTable>, "id">,
): Promise<string | null> {
  const row = await tx
    .insertInto("chats")
    .values({ id: Bun.randomUUIDv7(), ...chat })
    .onConflict((conflict) => conflict.column("direct_key").doNothing())
    .returning("id")
    .executeTakeFirst();
  return row?.id ?? null;
}

/** A user who becomes a member of a chat. */
export interface NewMember {
  readonly user: UserId;
  readonly role: MemberRole;
  /** Who put the user into the chat, if it is a request. */
  readonly requestedBy: UserId | null;
}

/** Adds members, whose read marks are at the newest message. */
export async function insertMembers(
  tx: Transaction,
  { id, last_seq }: Pick<ChatRow, "id" | "last_seq">,
  members: readonly NewMember[],
): Promise<void> {
  await tx
    .insertInto("members")
    .values(
      members.map(({ user, role, requestedBy }) => ({
        chat_id: id,
        user_id: user,
        role,
        read_seq: last_seq,
        requested_by: requestedBy,
      })),
    )
    .execute();
}

export async function updateMember(
  tx: Transaction,
  { chat_id, user_id }: Pick<MemberRow, "chat_id" | "user_id">,
  fields: { role?: MemberRole; muted_until?: Date | null },
): Promise<void> {
  await tx
    .updateTable("members")
    .set(fields)
    .where("chat_id", "=", chat_id)
    .where("user_id", "=", user_id)
    .execute();
}

export async function deleteMember(tx: Transaction, chat: ChatId, user: UserId): Promise<void> {
  await tx.deleteFrom("members").where("chat_id", "=", chat).where("user_id", "=", user).execute();
}

/** The IDs of the chats that a user is in, without requests. */
export async function chatsOf(q: QueryExecutorProvider, user: UserId): Promise<ChatId[]> {
  const rows = await findChats.rows(q, { user });
  return rows.map(({ chat_id }) => chat_id);
}

const findChats = prepare((db, { user }: Parameters<{ user: UserId }>) =>
  db
    .selectFrom("members")
    .select("chat_id")
    .where("user_id", "=", user)
    .where("requested_by", "is", null),
);

/** The IDs of public channels that a user has not joined and whose name contains `part`, in any case. */
export async function findPublic(
  q: Queryable,
  user: UserId,
  part: string,
  limit: number,
): Promise<string[]> {
  const pattern = containsPattern(part);
  const { rows } = await sql<{ id: ChatId }>`
    select id from chats
    where visibility = 'public' and lower(name) like lower(${pattern})
      and not exists (select from members where chat_id = chats.id and user_id = ${user})
    order by lower(name), id limit ${limit}
  `.execute(q);
  return rows.map(({ id }) => id);
}

/** Display names by user ID; an unknown ID is not in the map. */
export async function displayNames(
  q: Queryable,
  users: readonly UserId[],
): Promise<Map<string, string>> {
  if (users.length === 0) return new Map();
  const rows = await q
    .selectFrom("users")
    .select(["id", "display_name"])
    .where(sql<boolean>`id = any(${[...users]}::uuid[])`)
    .execute();
  return new Map(rows.map(({ id, display_name }) => [id, display_name]));
}
