import type { ChatEvent } from "@parley/contracts/events";
import type { File } from "@parley/contracts/files";
import type { ChatId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import { isoTime } from "@parley/db/iso-time";
import type { MessagesTable } from "@parley/db/schema";
import type { Selectable } from "kysely";

export type MessageRow = Selectable<MessagesTable>;

/** A message whose times may be selected as texts, which is cheaper where they are only shown. */
type ShownRow = {
  readonly [Column in keyof MessageRow]: Date extends MessageRow[Column]
    ? MessageRow[Column] | string
    : MessageRow[Column];
};
type Reaction = Message["reactions"][number];

/** Identifies a message: its chat and its `seq` there. */
export interface MessageId {
  readonly chat: ChatId;
  readonly seq: number;
}

export type MessageKey = Pick<MessageRow, "chat_id" | "seq">;

/** A message's key in a map. */
export const keyOf = ({ chat_id, seq }: MessageKey) => `${chat_id} ${seq}`;

/** A message as statements read it, with what belongs to it. */
export interface ReadRow extends ShownRow {
  /** The files of all messages of the result, on one of its rows. */
  readonly files: readonly (FileRow & MessageKey)[] | null;
  /** The reactions to all messages of the result, on one of its rows; a statement may leave them out. */
  readonly reactions?: readonly (Reaction & MessageKey)[] | null;
}

/** What belongs to messages, in the order in which it is shown. */
interface Belongings {
  readonly files: readonly (FileRow & MessageKey)[];
  readonly reactions: readonly (Reaction & MessageKey)[];
}

/** Shows what a statement read, in the order of the rows. */
export function showRead(rows: readonly ReadRow[]): Message[] {
  return showRows(rows, {
    files: rows.flatMap((row) => row.files ?? []),
    reactions: rows.flatMap((row) => row.reactions ?? []),
  });
}

/** Shows messages in the order of the rows. */
export function showRows(rows: readonly ShownRow[], belongings: Belongings): Message[] {
  const files = byMessage(belongings.files, showFile);
  const reactions = byMessage(belongings.reactions, showReaction);
  return rows.map((row) =>
    showMessage(row, files.get(keyOf(row)) ?? [], reactions.get(keyOf(row)) ?? []),
  );
}

function byMessage<Row extends MessageKey, Shown>(
  rows: readonly Row[],
  show: (row: Row) => Shown,
): Map<string, Shown[]> {
  const shown = new Map<string, Shown[]>();
  for (const row of rows) shown.getOrInsertComputed(keyOf(row), () => []).push(show(row));
  return shown;
}

function showReaction({ emoji, count, mine }: Reaction): Reaction {
  return { emoji, count, mine };
}

export function showMessage(row: ShownRow, files: File[], reactions: Reaction[]): Message {
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
    editedAt: row.edited_at && isoTime(row.edited_at),
    deletedAt: row.deleted_at && isoTime(row.deleted_at),
    createdAt: isoTime(row.created_at),
  };
}

/** Shows a message as the event that added it to its chat. */
export function messageEvent(message: Message): ChatEvent {
  return { seq: message.seq, kind: "message", at: message.createdAt, by: message.sender, message };
}

export interface FileRow {
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
