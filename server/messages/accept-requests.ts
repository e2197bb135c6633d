import type { ChatId, UserId } from "@parley/contracts/ids";
import { type QueryExecutorProvider, sql } from "kysely";

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
