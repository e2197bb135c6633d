import type { ChatId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Message } from "@parley/contracts/messages";
import { opaque, type Parameters, prepare } from "@parley/db/prepare";
import { type QueryExecutorProvider, sql } from "kysely";
import { EACH, FILES, PAGE_COLUMNS, pageOf, reactionsFor } from "./page-parts.ts";
import {
  type FileRow,
  type MessageKey,
  type MessageRow,
  type ReadRow,
  showRead,
  showRows,
} from "./show-messages.ts";

/** Reads messages by key, as `viewer` sees them, in no particular order. */
export async function readMessages(
  db: QueryExecutorProvider,
  viewer: UserId,
  keys: readonly MessageKey[],
): Promise<Message[]> {
  return keys.length === 0
    ? []
    : showRead(await readForViewer.rows(db, { viewer, ...columnsOf(keys) }));
}

/** Reads messages by key, without reactions, for frames that all readers share: events bring the reactions. */
export async function readWithoutReactions(
  db: QueryExecutorProvider,
  keys: readonly MessageKey[],
): Promise<Message[]> {
  return keys.length === 0 ? [] : showRead(await readWithFiles.rows(db, columnsOf(keys)));
}

/** Finds the rows of messages by key, in no particular order. */
export async function findMessages(
  db: QueryExecutorProvider,
  keys: readonly MessageKey[],
): Promise<MessageRow[]> {
  return keys.length === 0 ? [] : findRows.rows(db, columnsOf(keys));
}

/** Shows rows without reactions, in their order. */
export async function showWithoutReactions(
  db: QueryExecutorProvider,
  rows: readonly MessageRow[],
): Promise<Message[]> {
  if (rows.length === 0) return [];
  return showRows(rows, { files: await findFiles.rows(db, columnsOf(rows)), reactions: [] });
}

interface Keys {
  readonly chats: readonly ChatId[];
  readonly seqs: readonly number[];
}

function columnsOf(keys: readonly MessageKey[]): Keys {
  return { chats: keys.map(({ chat_id }) => chat_id), seqs: keys.map(({ seq }) => seq) };
}

const readForViewer = prepare(
  (_db, { viewer, chats, seqs }: Parameters<Keys & { viewer: UserId }>) => sql<ReadRow>`
    with ${pageOf({ messages: byKey({ chats, seqs }), reach: EACH })}
    select ${PAGE_COLUMNS}, ${FILES}, ${reactionsFor(viewer)} from page
  `,
);

const readWithFiles = prepare(
  (_db, keys: Parameters<Keys>) => sql<ReadRow>`
    with ${pageOf({ messages: byKey(keys), reach: EACH })}
    select ${PAGE_COLUMNS}, ${FILES} from page
  `,
);

const findRows = prepare((_db, keys: Parameters<Keys>) => sql<MessageRow>`${byKey(keys)}`);

const findFiles = prepare(
  (_db, { chats, seqs }: Parameters<Keys>) => sql<FileRow & MessageKey>`
    select held.chat_id, held.seq, files.id, name, type, size, width, height, thumbnail
    from unnest(${opaque(chats, "uuid[]")}, ${opaque(seqs, "bigint[]")}) as asked (chat_id, seq)
    cross join lateral (
      select * from message_files where chat_id = asked.chat_id and seq = asked.seq
      limit ${sql.lit(LIMITS.maxFilesPerMessage)}
    ) as held
    cross join lateral (select * from files where id = held.file_id limit 1) as files
    order by held.position
  `,
);

/** A look-up for each key. */
function byKey({ chats, seqs }: Parameters<Keys>) {
  return sql`
    select found.* from unnest(${opaque(chats, "uuid[]")}, ${opaque(seqs, "bigint[]")}) as asked (chat_id, seq)
    cross join lateral (
      select * from messages where chat_id = asked.chat_id and seq = asked.seq limit 1
    ) as found
  `;
}
