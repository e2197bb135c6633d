import type { UserId } from "@parley/contracts/ids";
import { opaque, type Parameters, prepare, prepareLookUp } from "@parley/db/prepare";
import type { Queryable } from "@parley/db/queryable";
import type { UsersTable } from "@parley/db/schema";
import { type Expression, type QueryExecutorProvider, type Selectable, sql } from "kysely";
import { activeBlockBy } from "../blocks/blocked-users.ts";
import { commonChat } from "./acquaintances.ts";

/** The columns of a user that may be shown; times as text, for `isoTime`. */
export interface UserRow
  extends Pick<
    Selectable<UsersTable>,
    "id" | "username" | "display_name" | "bio" | "role" | "avatar"
  > {
  readonly last_seen_at: string | null;
  readonly created_at: string;
}

/** A user, and how they stand to the one who looks at them. */
export interface ViewedUser extends UserRow {
  /** Whether the two have an active block between them, whichever of the two made it. */
  readonly is_blocked: boolean;
  /** Whether the two have a chat in common that both accepted, or are the same user. */
  readonly is_acquainted: boolean;
}

/** Reads users by ID, in no particular order, as a viewer stands to them at a time; without an ID, no statement runs. */
export async function viewedUsers(
  q: Queryable,
  viewer: UserId,
  ids: readonly UserId[],
  at: Date,
): Promise<ViewedUser[]> {
  const asked = new Set(ids);
  if (asked.size === 1 && asked.has(viewer)) return viewSelf(q, viewer);
  return asked.size === 0 ? [] : findViewed.rows(q, { viewer, ids: [...asked], at });
}

async function viewSelf(q: QueryExecutorProvider, viewer: UserId): Promise<ViewedUser[]> {
  const row = await findUser.first(q, { id: viewer });
  return row ? [{ ...row, is_blocked: false, is_acquainted: true }] : [];
}

const findUser = prepareLookUp(
  (_db, { id }: Parameters<{ id: UserId }>) =>
    sql<UserRow>`select * from ${shownUser(id)} as shown`,
);

/**
 * Each table is read by look-ups of one key, so that the plan is good whatever the statistics say
 * (server/messages/batch-context.ts). For the viewer, neither blocks nor memberships are read.
 */
const findViewed = prepare(
  (_db, { viewer, ids, at }: Parameters<{ viewer: UserId; ids: readonly UserId[]; at: Date }>) =>
    sql<ViewedUser>`
      select shown.*,
        shown.id <> ${viewer} and coalesce(
          ${activeBlockBy(viewer, sql.ref("shown.id"), at)},
          ${activeBlockBy(sql.ref("shown.id"), viewer, at)},
          false
        ) as is_blocked,
        shown.id = ${viewer} or common.is_found is not null as is_acquainted
      from unnest(${opaque(ids, "uuid[]")}) as asked (id)
      cross join lateral ${shownUser(sql.ref("asked.id"))} as shown
      left join lateral ${commonChat(viewer, sql.ref("asked.id"))} as common on true
    `,
);

/** Reads users by ID, in no particular order; without an ID, no statement runs. */
export async function usersById(
  q: QueryExecutorProvider,
  ids: readonly UserId[],
): Promise<UserRow[]> {
  return ids.length === 0 ? [] : findUsers.rows(q, { ids: [...new Set(ids)] });
}

const findUsers = prepare(
  (_db, { ids }: Parameters<{ ids: readonly UserId[] }>) => sql<UserRow>`
    select shown.* from unnest(${opaque(ids, "uuid[]")}) as asked (id)
    cross join lateral ${shownUser(sql.ref("asked.id"))} as shown
  `,
);

/** Selects the row of a user by the key. */
function shownUser(id: Expression<unknown>) {
  return sql`(
    select id, username, display_name, bio, role, avatar,
      last_seen_at::text as last_seen_at, created_at::text as created_at
    from users where id = ${id} limit 1
  )`;
}
