import type { UserId } from "@parley/contracts/ids";
import type { User } from "@parley/contracts/users";
import { isoTime } from "@parley/db/iso-time";
import type { Database } from "@parley/db/open";
import type { Queryable } from "@parley/db/queryable";
import type { QueryExecutorProvider } from "kysely";
import type { Avatars } from "./avatars.ts";
import { type UserRow, usersById, viewedUsers } from "./viewed-users.ts";

interface UserViewDeps {
  db: Database;
  avatars: Pick<Avatars, "dataUrls">;
  presence: { isOnline(user: UserId): boolean };
}

export type UserView = ReturnType<typeof createUserView>;

/** Shows users as a viewer may see them. */
export function createUserView({ db, avatars, presence }: UserViewDeps) {
  function presenceOf({ id, last_seen_at }: UserRow): Pick<User, "online" | "lastSeenAt"> {
    return { online: presence.isOnline(id), lastSeenAt: last_seen_at && isoTime(last_seen_at) };
  }

  return {
    /**
     * Shows users by ID with one statement, whatever their number; an unknown ID is not in the map.
     *
     * Two users with an active block between them do not see each other's avatar and presence. Presence
     * is shown to those who are in a chat with the user that both accepted, as in presence frames.
     */
    async show(viewer: UserId, ids: readonly UserId[], q: Queryable = db) {
      const rows = await viewedUsers(q, viewer, ids, new Date());
      const visible = rows.filter(({ is_blocked }) => !is_blocked);
      const dataUrls = await avatars.dataUrls(visible.flatMap(({ avatar }) => avatar ?? []));
      return byId(rows, (row) => {
        if (row.is_blocked) return neutral(row);
        const shown = { ...neutral(row), avatar: dataUrls.get(row.avatar ?? "") ?? null };
        return row.is_acquainted ? { ...shown, ...presenceOf(row) } : shown;
      });
    },

    /** Shows users without the fields that depend on the viewer, for frames that all readers share. */
    async showNeutral(ids: readonly string[], q: QueryExecutorProvider = db) {
      return byId(await usersById(q, ids), neutral);
    },
  };
}

function byId<Row extends UserRow>(
  rows: readonly Row[],
  view: (row: Row) => User,
): Map<string, User> {
  return new Map(rows.map((row) => [row.id, view(row)]));
}

function neutral(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    bio: row.bio,
    role: row.role,
    avatar: null,
    online: false,
    lastSeenAt: null,
    createdAt: isoTime(row.created_at),
  };
}
