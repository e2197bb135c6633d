import type { ChatEvent } from "@parley/contracts/events";
import type { File } from "@parley/contracts/files";
import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import type { Queryable } from "@parley/db/queryable";
import type { MessagesTable } from "@parley/db/schema";
import { type Selectable, sql } from "kysely";

export type MessageRow = Selectable<MessagesTable>;
type Reaction = Message["reactions"][number];

/** Identifies a message: its chat and its `seq` there. */
export interface MessageId {
  readonly chat: ChatId;
  readonly seq: number;
}

type MessageKey = Pick<MessageRow, "chat_id" | "seq">;

/** A message's key in a map. */
export const keyOf = ({ chat_id, seq }: MessageKey) => `${chat_id} ${seq}`;

/** Shows stored messages as `viewer` sees them, in the order of the rows, with two statements for any number of rows. */
export async function showMessages(
  db: Queryable,
  viewer: UserId,
  rows: readonly MessageRow[],
): Promise<Message[]> {
  if (rows.length === 0) return [];
  const [files, reactions] = [await readFiles(db, rows), await readReactions(db, viewer, rows)];
  return rows.map((row) =>
    showMessage(row, files.get(keyOf(row)) ?? [], reactions.get(keyOf(row)) ?? []),
  );
}

/** Shows stored messages without reactions, for frames that all readers share: events bring the reactions. */
export async function showWithoutReactions(
  db: Queryable,
  rows: readonly MessageRow[],
): Promise<Message[]> {
  if (rows.length === 0) return [];
  const files = await readFiles(db, rows);
  return rows.map((row) => showMessage(row, files.get(keyOf(row)) ?? [], []));
}

export function showMessage(row: MessageRow, files: File[], reactions: Reaction[]): Message {
  const deleted = row.deleted_at !== null;
  return {
    chat: row.chat_id,
    seq: row.seq,
    clientId: row.client_id,
    sender: row.sender_id,
    body: deleted ? "" : row.body,
    replyTo: row.reply_to,
    files: deleted ? [] : files,
    reactions: deleted ? [] : reactions,
    editedAt: row.edited_at?.toISOString() ?? null,
    deletedAt: row.deleted_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

/** Shows a message as the event that added it to its chat. */
export function messageEvent(message: Message): ChatEvent {
  return { seq: message.seq, kind: "message", at: message.createdAt, by: message.sender, message };
}

async function readFiles(db: Queryable, rows: readonly MessageRow[]) {
  const found = await db
    .selectFrom("message_files as held")
    .innerJoin("files", "files.id", "held.file_id")
    .innerJoin(asked(rows), (join) =>
      join.onRef("asked.chat_id", "=", "held.chat_id").onRef("asked.seq", "=", "held.seq"),
    )
    .select(["held.chat_id", "held.seq", "files.id", "files.name", "files.type", "files.size"])
    .select(["files.width", "files.height", "files.thumbnail"])
    .orderBy("held.position")
    .execute();
  const files = new Map<string, File[]>();
  for (const [key, group] of Map.groupBy(found, keyOf)) files.set(key, group.map(showFile));
  return files;
}

interface FileRow {
  id: string;
  name: string;
  type: string;
  size: number;
  width: number | null;
  height: number | null;
  thumbnail: string | null;
}

export function showFile({ id, name, type, size, width, height, thumbnail }: FileRow): File {
  return {
    id,
    name,
    type,
    size,
    ...(width !== null && { width }),
    ...(height !== null && { height }),
    ...(thumbnail !== null && { thumbnail }),
  };
}

async function readReactions(db: Queryable, viewer: UserId, rows: readonly MessageRow[]) {
  const found = await db
    .selectFrom("reactions")
    .innerJoin(asked(rows), (join) =>
      join
        .onRef("asked.chat_id", "=", "reactions.chat_id")
        .onRef("asked.seq", "=", "reactions.seq"),
    )
    .select(["reactions.chat_id", "reactions.seq", "emoji"])
    .select([
      sql<number>`count(*)`.as("count"),
      sql<boolean>`bool_or(user_id = ${viewer}::uuid)`.as("mine"),
    ])
    .groupBy(["reactions.chat_id", "reactions.seq", "emoji"])
    .orderBy(sql`min(since)`)
    .execute();
  const reactions = new Map<string, Reaction[]>();
  for (const [key, group] of Map.groupBy(found, keyOf))
    reactions.set(
      key,
      group.map(({ emoji, count, mine }) => ({ emoji, count, mine })),
    );
  return reactions;
}

/** Finds the messages with these keys, in no particular order. */
export function findMessages(db: Queryable, keys: readonly MessageKey[]): Promise<MessageRow[]> {
  return db
    .selectFrom("messages")
    .innerJoin(asked(keys), (join) =>
      join.onRef("asked.chat_id", "=", "messages.chat_id").onRef("asked.seq", "=", "messages.seq"),
    )
    .selectAll("messages")
    .execute();
}

/** The keys as a table to join with. */
function asked(keys: readonly MessageKey[]) {
  const chats = keys.map((key) => key.chat_id);
  const seqs = keys.map((key) => key.seq);
  return sql<{
    chat_id: ChatId;
    seq: number;
  }>`(select * from unnest(${chats}::uuid[], ${seqs}::bigint[]) as t (chat_id, seq))`.as("asked");
}
