import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Draft } from "@parley/contracts/messages";
import { PREPARED } from "@parley/db/prepared";
import type { FilesTable } from "@parley/db/schema";
import { type QueryExecutorProvider, type Selectable, sql } from "kysely";
import type { Permissions } from "./authorize-send.ts";

/** A draft that its sender wants to become a message. */
export interface Submission {
  readonly sender: UserId;
  readonly draft: Draft;
}

/** Everything that the decision on a batch depends on, read while the chats are locked. */
export interface BatchContext {
  /** The newest `seq` of each chat. */
  readonly heads: ReadonlyMap<string, number>;
  /** By {@link pairKey}. */
  readonly permissions: ReadonlyMap<string, Permissions>;
  /** The messages that these `clientId`s made before, by {@link sendKey}. */
  readonly priors: ReadonlyMap<string, Prior>;
  /** The reply targets that exist, as {@link targetKey}. */
  readonly targets: ReadonlySet<string>;
  /** The files that belong to the sender, by {@link fileKey}. */
  readonly files: ReadonlyMap<string, OwnFile>;
}

export interface Prior {
  readonly sender_id: UserId;
  readonly client_id: string;
  readonly chat_id: ChatId;
  readonly seq: number;
  readonly created_at: Date;
}

export type OwnFile = Selectable<FilesTable>;

/**
 * Locks the chats of a batch, then reads everything that its messages depend on, so that nothing of
 * it changes before the commit. The statements are sent together, and run in their order.
 *
 * Each table is read by a lateral join with a limit, one look-up for each key. The planner then uses
 * the key whatever the statistics say: a prepared plan that was made while a table was empty would
 * otherwise read the whole table for each batch, until the table is analysed.
 */
export async function loadBatchContext(
  tx: QueryExecutorProvider,
  batch: readonly Submission[],
  now: Date,
): Promise<BatchContext> {
  const pairs = batch.map(({ sender, draft }) => ({ chat: draft.chat, user: sender }));
  const [heads, permissions, priors, targets, files] = await Promise.all([
    lockChats(tx, batch),
    readPermissions(tx, pairs, now),
    readPriors(tx, batch),
    readTargets(tx, batch),
    readFiles(tx, batch),
  ]);
  return { heads, permissions, priors, targets, files };
}

/**
 * Locks the chats in the order of their IDs, so that two servers cannot deadlock.
 *
 * `for no key update` does not conflict with the locks of foreign keys: an insert that only refers
 * to a chat would otherwise wait for each batch, and each batch for the insert.
 */
async function lockChats(tx: QueryExecutorProvider, batch: readonly Submission[]) {
  const ids = [...new Set(batch.map(({ draft }) => draft.chat))].sort();
  const { rows } = await sql<{ id: string; last_seq: number }>`${PREPARED}
    select locked.* from unnest(${ids}::uuid[]) as asked (id)
    cross join lateral (
      select id, last_seq from chats where id = asked.id limit 1 for no key update
    ) as locked
  `.execute(tx);
  return new Map(rows.map(({ id, last_seq }) => [id, last_seq]));
}

type PermissionsRow = {
  chat_id: ChatId;
  user_id: UserId;
  kind: Permissions["kind"];
  role: Permissions["role"];
  muted_until: Date | null;
  suspended_until: Date | null;
  blocked: boolean;
  is_request: boolean;
};

interface ChatUser {
  readonly chat: ChatId;
  readonly user: UserId;
}

/** Reads the permissions of each (chat, user) pair, by {@link pairKey}. */
export async function readPermissions(
  tx: QueryExecutorProvider,
  pairs: readonly ChatUser[],
  now: Date,
): Promise<Map<string, Permissions>> {
  const asked = [...new Map(pairs.map((pair) => [pairKey(pair.chat, pair.user), pair])).values()];
  const { rows } = await sql<PermissionsRow>`${PREPARED}
    select asked.chat_id, asked.user_id, found.*
    from unnest(${asked.map(({ chat }) => chat)}::uuid[],
      ${asked.map(({ user }) => user)}::uuid[]) as asked (chat_id, user_id)
    cross join lateral
      send_permissions(asked.chat_id, asked.user_id, ${now}::timestamptz) as found
  `.execute(tx);
  return new Map(
    rows.map((row) => [
      pairKey(row.chat_id, row.user_id),
      {
        kind: row.kind,
        role: row.role,
        mutedUntil: row.muted_until,
        suspendedUntil: row.suspended_until,
        blocked: row.blocked,
        isRequest: row.is_request,
      },
    ]),
  );
}

async function readPriors(tx: QueryExecutorProvider, batch: readonly Submission[]) {
  const senders = batch.map(({ sender }) => sender);
  const clientIds = batch.map(({ draft }) => draft.clientId);
  const { rows } = await sql<Prior>`${PREPARED}
    select prior.* from unnest(${senders}::uuid[], ${clientIds}::uuid[]) as asked (sender_id, client_id)
    cross join lateral (
      select sender_id, client_id, chat_id, seq, created_at from messages
      where sender_id = asked.sender_id and client_id = asked.client_id limit 1
    ) as prior
  `.execute(tx);
  return new Map(rows.map((prior) => [sendKey(prior.sender_id, prior.client_id), prior]));
}

/** Runs no statement when no message is a reply. */
async function readTargets(tx: QueryExecutorProvider, batch: readonly Submission[]) {
  const replies = batch.filter(({ draft }) => draft.replyTo != null);
  if (replies.length === 0) return new Set<string>();
  const chats = replies.map(({ draft }) => draft.chat);
  const seqs = replies.map(({ draft }) => draft.replyTo);
  const { rows } = await sql<{ chat_id: ChatId; seq: number }>`${PREPARED}
    select target.* from unnest(${chats}::uuid[], ${seqs}::bigint[]) as asked (chat_id, seq)
    cross join lateral (
      select chat_id, seq from messages
      where chat_id = asked.chat_id and seq = asked.seq limit 1
    ) as target
  `.execute(tx);
  return new Set(rows.map(({ chat_id, seq }) => targetKey(chat_id, seq)));
}

/** Runs no statement when no message has files. */
async function readFiles(tx: QueryExecutorProvider, batch: readonly Submission[]) {
  const asked = batch.flatMap(({ sender, draft }) =>
    (draft.files ?? []).map((file) => ({ file, owner: sender })),
  );
  if (asked.length === 0) return new Map<string, OwnFile>();
  const { rows } = await sql<OwnFile>`${PREPARED}
    select own.* from unnest(${asked.map(({ file }) => file)}::uuid[],
      ${asked.map(({ owner }) => owner)}::uuid[]) as asked (file_id, owner_id)
    cross join lateral (
      select * from files where id = asked.file_id and owner_id = asked.owner_id limit 1
    ) as own
  `.execute(tx);
  return new Map(rows.map((file) => [fileKey(file.owner_id, file.id), file]));
}

export function targetKey(chat: ChatId, seq: number): string {
  return `${chat} ${seq}`;
}

export function pairKey(chat: ChatId, user: UserId): string {
  return `${chat} ${user}`;
}

/** Identifies a submission over all its tries. */
export function submissionKey({ sender, draft }: Submission): string {
  return sendKey(sender, draft.clientId);
}

export function sendKey(sender: UserId, clientId: string): string {
  return `${sender} ${clientId.toLowerCase()}`;
}

export function fileKey(owner: UserId, file: string): string {
  return `${owner} ${file}`;
}
