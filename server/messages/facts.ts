import type { Draft } from "@parley/contracts/messages";
import { PREPARED } from "@parley/db/prepared";
import { sql } from "kysely";
import type { Standing } from "./admission.ts";
import type { Tx } from "./change.ts";

/** Someone's wish that a draft becomes a message. */
export interface Submission {
  readonly sender: string;
  readonly draft: Draft;
}

export type LockedChat = {
  id: string;
  last_seq: number;
};
type Prior = {
  sender_id: string;
  client_id: string;
  chat_id: string;
  seq: number;
  created_at: Date;
};

/**
 * Locks the chats of a batch, in the order of their IDs.
 *
 * Not against those who only refer to a chat: they would wait for each batch, and it for them.
 */
export async function lockChats(tx: Tx, batch: readonly Submission[]) {
  const ids = [...new Set(batch.map(({ draft }) => draft.chat))];
  const { rows } = await sql<LockedChat>`${PREPARED}
    select id, last_seq from chats where id = any(${ids}::uuid[]) order by id for no key update
  `.execute(tx);
  return new Map(rows.map((chat) => [chat.id, chat]));
}

type StandingRow = {
  chat_id: string;
  user_id: string;
  kind: Standing["kind"];
  role: Standing["role"];
  muted_until: Date | null;
  suspended_until: Date | null;
  blocked: boolean;
};

/** Somebody in a chat, or about to do something there. */
interface Pair {
  readonly chat: string;
  readonly user: string;
}

/** Reads where each user stands in the chat beside them, by {@link pairKey}. */
export async function readStandings(
  tx: Tx,
  pairs: readonly Pair[],
  now: Date,
): Promise<Map<string, Standing>> {
  const asked = [...new Map(pairs.map((pair) => [pairKey(pair.chat, pair.user), pair])).values()];
  const { rows } = await sql<StandingRow>`${PREPARED}
    select chats.id as chat_id, users.id as user_id, chats.kind, members.role, members.muted_until,
      users.suspended_until,
      chats.kind = 'direct' and exists (
        select from members as peer
        join blocks on (blocks.blocker_id, blocks.blocked_id)
          in ((peer.user_id, users.id), (users.id, peer.user_id))
        where peer.chat_id = chats.id and peer.user_id <> users.id
          and (blocks.expires_at is null or blocks.expires_at > ${now}::timestamptz)
      ) as blocked
    from unnest(${asked.map(({ chat }) => chat)}::uuid[],
      ${asked.map(({ user }) => user)}::uuid[]) as asked (chat_id, user_id)
    join chats on chats.id = asked.chat_id
    join users on users.id = asked.user_id
    left join members on members.chat_id = chats.id and members.user_id = users.id
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
      },
    ]),
  );
}

/** Finds the messages that were already made of these `clientId`s, by {@link sendKey}. */
export async function readPriors(tx: Tx, batch: readonly Submission[]) {
  const senders = batch.map(({ sender }) => sender);
  const clientIds = batch.map(({ draft }) => draft.clientId);
  const { rows } = await sql<Prior>`${PREPARED}
    select messages.sender_id, messages.client_id, messages.chat_id, messages.seq,
      messages.created_at
    from unnest(${senders}::uuid[], ${clientIds}::uuid[]) as asked (sender_id, client_id)
    join messages using (sender_id, client_id)
  `.execute(tx);
  return new Map(rows.map((prior) => [sendKey(prior.sender_id, prior.client_id), prior]));
}

/** The reply targets that are messages of their chats, as {@link targetKey}; asks only when there are any. */
export async function readTargets(tx: Tx, batch: readonly Submission[]): Promise<Set<string>> {
  const replies = batch.filter(({ draft }) => draft.replyTo != null);
  if (replies.length === 0) return new Set();
  const chats = replies.map(({ draft }) => draft.chat);
  const seqs = replies.map(({ draft }) => draft.replyTo);
  const { rows } = await sql<{ chat_id: string; seq: number }>`${PREPARED}
    select chat_id, seq from unnest(${chats}::uuid[], ${seqs}::bigint[]) as asked (chat_id, seq)
    join messages using (chat_id, seq)
  `.execute(tx);
  return new Set(rows.map(({ chat_id, seq }) => targetKey(chat_id, seq)));
}

export function targetKey(chat: string, seq: number): string {
  return `${chat} ${seq}`;
}

export function pairKey(chat: string, user: string): string {
  return `${chat} ${user}`;
}

export function sendKey(sender: string, clientId: string): string {
  return `${sender} ${clientId.toLowerCase()}`;
}
