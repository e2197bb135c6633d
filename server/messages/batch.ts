import type { Message } from "@parley/contracts/messages";
import { PREPARED } from "@parley/db/prepared";
import { Refusal } from "@parley/platform/problem";
import { sql } from "kysely";
import { NOT_A_MEMBER, type Rejection, rejection } from "./admission.ts";
import type { Tx } from "./change.ts";
import {
  type LockedChat,
  lockChats,
  pairKey,
  readPriors,
  readStandings,
  readTargets,
  type Submission,
  sendKey,
  targetKey,
} from "./facts.ts";
import { insertMentions } from "./mentions.ts";
import { showMessage } from "./show.ts";

/** What became of one submission: a new message, the one that its `clientId` made before, or nothing. */
export type Outcome =
  | { kind: "stored"; message: Message }
  | { kind: "duplicate"; chat: string; seq: number; createdAt: Date }
  | { kind: "rejected"; refusal: Refusal };

/**
 * Stores a batch in one transaction, with a number of statements that does not grow with it.
 *
 * The chats are locked first, in the order of their IDs, so that two servers never wait for each
 * other in a ring; what is read after that cannot change before the commit.
 * @returns an outcome for each submission, in their order.
 */
export async function storeBatch(
  tx: Tx,
  batch: readonly Submission[],
  now: Date,
): Promise<Outcome[]> {
  const chats = await lockChats(tx, batch);
  const standings = await readStandings(
    tx,
    batch.map(({ sender, draft }) => ({ chat: draft.chat, user: sender })),
    now,
  );
  const priors = await readPriors(tx, batch);
  const targets = await readTargets(tx, batch);
  const taken: NewRow[] = [];
  const outcomes = batch.map((submission): Outcome => {
    const { sender, draft } = submission;
    const prior = priors.get(sendKey(sender, draft.clientId));
    if (prior)
      return {
        kind: "duplicate",
        chat: prior.chat_id,
        seq: prior.seq,
        createdAt: prior.created_at,
      };
    const chat = chats.get(draft.chat);
    const refused = rejection(
      draft,
      // A chat that came to be only after the others were locked is not written to in this batch.
      chat && standings.get(pairKey(draft.chat, sender)),
      draft.replyTo == null || targets.has(targetKey(draft.chat, draft.replyTo)),
      now,
    );
    if (!chat || refused) return rejected(refused ?? NOT_A_MEMBER);
    const row = newRow(submission, ++chat.last_seq, now);
    taken.push(row);
    priors.set(sendKey(sender, draft.clientId), row);
    return { kind: "stored", message: showMessage(row, [], []) };
  });
  if (taken.length > 0) await insert(tx, taken, chats);
  return outcomes;
}

function rejected({ code, detail }: Rejection): Outcome {
  return { kind: "rejected", refusal: new Refusal(code, detail) };
}

type NewRow = ReturnType<typeof newRow>;

function newRow({ sender, draft }: Submission, seq: number, now: Date) {
  return {
    chat_id: draft.chat,
    seq,
    sender_id: sender,
    client_id: draft.clientId.toLowerCase(),
    body: draft.body,
    reply_to: draft.replyTo ?? null,
    created_at: now,
    edited_at: null,
    deleted_at: null,
  };
}

async function insert(
  tx: Tx,
  rows: readonly NewRow[],
  chats: ReadonlyMap<string, LockedChat>,
): Promise<void> {
  const heads = [...new Set(rows.map((row) => row.chat_id))].map((id) => chats.get(id));
  await sql`${PREPARED}
    with heads as (
      update chats set last_seq = taken.last_seq
      from unnest(${heads.map((chat) => chat?.id)}::uuid[],
        ${heads.map((chat) => chat?.last_seq)}::bigint[]) as taken (id, last_seq)
      where chats.id = taken.id
    )
    insert into messages (chat_id, seq, sender_id, client_id, body, reply_to, created_at)
    select chat_id, seq, sender_id, client_id, body, reply_to, ${rows[0]?.created_at}::timestamptz
    from unnest(
      ${rows.map((row) => row.chat_id)}::uuid[], ${rows.map((row) => row.seq)}::bigint[],
      ${rows.map((row) => row.sender_id)}::uuid[], ${rows.map((row) => row.client_id)}::uuid[],
      ${rows.map((row) => row.body)}::text[], ${rows.map((row) => row.reply_to)}::bigint[]
    ) as new (chat_id, seq, sender_id, client_id, body, reply_to)
  `.execute(tx);
  await insertMentions(tx, rows);
}
