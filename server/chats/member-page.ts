import type { MemberRole } from "@parley/contracts/chats";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import { opaque, type Parameters, prepare } from "@parley/db/prepare";
import { type QueryExecutorProvider, sql } from "kysely";
import { readableChat } from "../messages/require-readable.ts";

/** A member, whose times are texts because they are only sent on. */
export interface ListedMember {
  readonly user_id: UserId;
  readonly role: MemberRole;
  readonly muted_until: string | null;
  readonly joined_at: string;
}

interface PageValues {
  readonly viewer: UserId;
  readonly chat: ChatId;
  readonly after: UserId;
  readonly limit: number;
}

/** Comes before every user. */
const FIRST_ID = "00000000-0000-0000-0000-000000000000";
/** PostgreSQL plans for at most this many rows, whatever limit comes with the values. */
const MAX_ROWS = sql.lit(LIMITS.page.max + 1);

/**
 * A page of a chat's members ordered by user ID.
 * @param page.after the last ID of the page before.
 * @returns null when the viewer may not read the chat.
 */
export async function memberPage(
  q: QueryExecutorProvider,
  { after = FIRST_ID, ...page }: Omit<PageValues, "after"> & { after: UserId | undefined },
): Promise<ListedMember[] | null> {
  const rows = await findPage.rows(q, { ...page, after });
  if (rows.length === 0) return null;
  return rows.filter((row): row is ListedMember => row.user_id !== null);
}

/** The only row of a page without members has no user; a chat that the viewer may not read has no row. */
const findPage = prepare(
  (_db, { viewer, chat, after, limit }: Parameters<PageValues>) => sql<
    ListedMember | { user_id: null }
  >`
    select page.* from ${readableChat(viewer, chat)} as readable
    left join lateral (
      select user_id, role, muted_until::text, joined_at::text from (
        select user_id, role, muted_until, joined_at from members
        where chat_id = ${chat} and user_id > ${opaque(after, "uuid")}
        order by user_id limit ${MAX_ROWS}
      ) as following limit ${opaque(limit, "bigint")}
    ) as page on true
    order by user_id
  `,
);
