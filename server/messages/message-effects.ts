import type { ChatId, UserId } from "@parley/contracts/ids";
import { mentionedNames } from "@parley/contracts/mentions";
import { opaque, type Parameters, prepare } from "@parley/db/prepare";
import { type QueryExecutorProvider, sql } from "kysely";
import type { MessageRow } from "./show-messages.ts";

type NewBody = Pick<MessageRow, "chat_id" | "seq" | "body">;

/** Stores the mentions of members of the chat, except of the sender, that the messages contain. */
export async function insertMentions(
  tx: QueryExecutorProvider,
  rows: readonly NewBody[],
): Promise<void> {
  const mentions = rows.flatMap((row) =>
    [...mentionedNames(row.body)].map((name) => ({
      chat: row.chat_id,
      seq: row.seq,
      name,
    })),
  );
  if (mentions.length === 0) return;
  await insertNamed.rows(tx, {
    chats: mentions.map(({ chat }) => chat),
    seqs: mentions.map(({ seq }) => seq),
    names: mentions.map(({ name }) => name),
  });
}

interface Mentions {
  readonly chats: readonly ChatId[];
  readonly seqs: readonly number[];
  readonly names: readonly string[];
}

const insertNamed = prepare(
  (_db, { chats, seqs, names }: Parameters<Mentions>) => sql`
  insert into mentions (chat_id, seq, user_id)
  select new.chat_id, new.seq, users.id
  from unnest(${opaque(chats, "uuid[]")}, ${opaque(seqs, "bigint[]")}, ${opaque(names, "text[]")})
    as new (chat_id, seq, username)
  cross join lateral (select id from users where username = new.username limit 1) as users
  cross join lateral (
    select from members where chat_id = new.chat_id and user_id = users.id limit 1
  ) as member
  cross join lateral (
    select sender_id from messages where chat_id = new.chat_id and seq = new.seq limit 1
  ) as message
  where message.sender_id <> users.id
`,
);

/** A user who takes part in a chat. */
interface Participant {
  readonly chat: ChatId;
  readonly user: UserId;
}

/**
 * Accepts the requests of users who take part in a chat; runs no statement for none. A membership that
 * is no request is left as it is.
 * @returns whether there was a request.
 */
export async function acceptRequests(
  tx: QueryExecutorProvider,
  participants: readonly Participant[],
): Promise<boolean> {
  if (participants.length === 0) return false;
  const { rows } = await sql`
    update members set requested_by = null
    from unnest(${participants.map(({ chat }) => chat)}::uuid[],
      ${participants.map(({ user }) => user)}::uuid[]) as accepted (chat_id, user_id)
    where members.chat_id = accepted.chat_id and members.user_id = accepted.user_id
      and members.requested_by is not null
    returning members.chat_id
  `.execute(tx);
  return rows.length > 0;
}
