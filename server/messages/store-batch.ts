import type { Database } from "@parley/db/open";
import { pipelinedTransaction } from "@parley/db/pipelined-transaction";
import { forceGenericPlan, PREPARED } from "@parley/db/prepared";
import { type QueryExecutorProvider, sql } from "kysely";
import type { Outcome } from "../events/store-outcome.ts";
import { loadBatchContext, type Submission } from "./batch-context.ts";
import { type BatchDecision, decideBatch, type NewMessage, type Sent } from "./decide-batch.ts";
import { acceptRequests, insertMentions } from "./message-effects.ts";
import { storeLone } from "./store-lone.ts";

/**
 * Stores a batch of drafts in one transaction; a draft that is alone by one statement where that is possible.
 * @returns an outcome for each submission, in their order.
 */
export async function storeBatch(
  db: Database,
  batch: readonly Submission[],
  now: Date,
): Promise<Outcome<Sent>[]> {
  const [only, ...others] = batch;
  const outcome = only && others.length === 0 ? await storeLone(db, only, now) : null;
  return outcome ? [outcome] : storeTogether(db, batch, now);
}

/**
 * The number of statements does not grow with the batch, and there are two round trips: one for the
 * context, one for the inserts and the commit.
 */
function storeTogether(
  db: Database,
  batch: readonly Submission[],
  now: Date,
): Promise<Outcome<Sent>[]> {
  return pipelinedTransaction(db, async (tx) => {
    const [, context] = await Promise.all([forceGenericPlan(tx), loadBatchContext(tx, batch, now)]);
    const decision = decideBatch(batch, context, now);
    const rows = decision.added.map(({ row }) => row);
    const accepted = decision.added
      .filter(({ accepts }) => accepts)
      .map(({ row }) => ({ chat: row.chat_id, user: row.sender_id }));
    await Promise.all([
      insertMessages(tx, decision, now),
      insertFiles(tx, decision.added),
      insertMentions(tx, rows),
      acceptRequests(tx, accepted),
      tx.commit(),
    ]);
    return decision.outcomes;
  });
}

/**
 * Inserts the messages and moves the chats' `last_seq`. The chats are updated by their `ctid`, looked
 * up by key, for the reason that {@link loadBatchContext} gives.
 */
export async function insertMessages(
  tx: QueryExecutorProvider,
  { added, heads }: BatchDecision,
  now: Date,
): Promise<void> {
  if (added.length === 0) return;
  const rows = added.map(({ row }) => row);
  await sql`${PREPARED}
    with heads as (
      update chats set last_seq = taken.last_seq, last_at = ${now}::timestamptz
      from unnest(${[...heads.keys()]}::uuid[], ${[...heads.values()]}::bigint[])
        as taken (id, last_seq)
      cross join lateral (select ctid from chats where id = taken.id limit 1) as place
      where chats.ctid = place.ctid
    )
    insert into messages (chat_id, seq, sender_id, client_id, body, reply_to, created_at)
    select chat_id, seq, sender_id, client_id, body, reply_to, ${now}::timestamptz
    from unnest(
      ${rows.map((row) => row.chat_id)}::uuid[], ${rows.map((row) => row.seq)}::bigint[],
      ${rows.map((row) => row.sender_id)}::uuid[], ${rows.map((row) => row.client_id)}::uuid[],
      ${rows.map((row) => row.body)}::text[], ${rows.map((row) => row.reply_to)}::bigint[]
    ) as new (chat_id, seq, sender_id, client_id, body, reply_to)
  `.execute(tx);
}

async function insertFiles(tx: QueryExecutorProvider, added: readonly NewMessage[]): Promise<void> {
  const held = added.flatMap(({ row, files }) =>
    files.map((file, position) => ({ chat: row.chat_id, seq: row.seq, position, file: file.id })),
  );
  if (held.length === 0) return;
  await sql`${PREPARED}
    insert into message_files (chat_id, seq, position, file_id)
    select * from unnest(
      ${held.map(({ chat }) => chat)}::uuid[], ${held.map(({ seq }) => seq)}::bigint[],
      ${held.map(({ position }) => position)}::integer[], ${held.map(({ file }) => file)}::uuid[]
    )
  `.execute(tx);
}
