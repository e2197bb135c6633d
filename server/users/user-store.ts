import type { ChatId, UserId } from "@parley/contracts/ids";
import { prefixPattern } from "@parley/db/like-pattern";
import type { Database } from "@parley/db/open";
import type { UsersTable } from "@parley/db/schema";
import { type RawBuilder, type Selectable, sql } from "kysely";
import { activeBlockBetween, blockedUsers } from "../blocks/blocked-users.ts";

/** The key of the advisory lock under which users are created. */
const REGISTRATION_LOCK_KEY = 7_310_001;

interface NewUser {
  username: string;
  displayName: string;
  passwordHash: string;
}

/** What a user can change of their profile. */
export type ProfileRow = Pick<Selectable<UsersTable>, "display_name" | "bio" | "locale" | "avatar">;

export type UserStore = ReturnType<typeof createUserStore>;

/** The table of users. */
export function createUserStore(db: Database) {
  return {
    /**
     * Creates a user. The first user is an admin, also when several register at once.
     * @returns the new ID; null when the username is taken.
     */
    async create({ username, displayName, passwordHash }: NewUser): Promise<string | null> {
      return db.transaction().execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(${REGISTRATION_LOCK_KEY})`.execute(tx);
        const existing = await tx.selectFrom("users").select("id").limit(1).executeTakeFirst();
        const created = await tx
          .insertInto("users")
          .values({
            id: Bun.randomUUIDv7(),
            username,
            display_name: displayName,
            password_hash: passwordHash,
            role: existing ? "member" : "admin",
          })
          .onConflict((conflict) => conflict.column("username").doNothing())
          .returning("id")
          .executeTakeFirst();
        return created?.id ?? null;
      });
    },

    async isUsernameTaken(username: string): Promise<boolean> {
      const user = await db
        .selectFrom("users")
        .select("id")
        .where("username", "=", username)
        .executeTakeFirst();
      return user !== undefined;
    },

    /** Reads the fields of an account that signing in needs. */
    findAccount(username: string) {
      return db
        .selectFrom("users")
        .select(["id", "password_hash", "suspended_until"])
        .where("username", "=", username)
        .executeTakeFirst();
    },

    /** Reads the fields of an account that a change of its password needs. */
    findAccountById(id: UserId) {
      return db
        .selectFrom("users")
        .select(["username", "password_hash"])
        .where("id", "=", id)
        .executeTakeFirst();
    },

    /** Reads what {@link updateProfile} and {@link setAvatar} change. */
    profileOf(id: UserId): Promise<ProfileRow> {
      return db
        .selectFrom("users")
        .select(["display_name", "bio", "locale", "avatar"])
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
    },

    async updateProfile(id: UserId, fields: Partial<ProfileRow>): Promise<void> {
      await db.updateTable("users").set(fields).where("id", "=", id).execute();
    },

    /** Replaces a user's avatar, or removes it. @returns the previous one; null when there was none. */
    async setAvatar(id: UserId, avatar: string | null): Promise<string | null> {
      return db.transaction().execute(async (tx) => {
        const previous = await tx
          .selectFrom("users")
          .select("avatar")
          .where("id", "=", id)
          .forUpdate()
          .executeTakeFirst();
        await tx.updateTable("users").set({ avatar }).where("id", "=", id).execute();
        return previous?.avatar ?? null;
      });
    },

    /**
     * Finds users whose username or display name starts with `prefix`, in any case, except those with
     * an active block between them and the viewer.
     */
    async search(viewer: UserId, prefix: string, limit: number): Promise<string[]> {
      const pattern = prefixPattern(prefix);
      // Usernames are stored in lower case.
      const names = [sql`username`, sql`lower(display_name)`];
      const found = names.map((name) => firstByName(db, { name, pattern, viewer, limit }));
      const { rows } = await sql<{ id: UserId }>`
        select id from (${sql.join(found, sql` union `)}) as found order by username limit ${limit}
      `.execute(db);
      return rows.map(({ id }) => id);
    },

    async shareChat(one: UserId, other: UserId): Promise<boolean> {
      const chat = await db
        .selectFrom("members as ones")
        .innerJoin("members as others", "others.chat_id", "ones.chat_id")
        .select("ones.chat_id")
        .where("ones.user_id", "=", one)
        .where("others.user_id", "=", other)
        .limit(1)
        .executeTakeFirst();
      return chat !== undefined;
    },

    /** The chats of a user, without requests. */
    async acceptedChats(user: UserId): Promise<ChatId[]> {
      const rows = await db
        .selectFrom("members")
        .select("chat_id")
        .where("user_id", "=", user)
        .where("requested_by", "is", null)
        .execute();
      return rows.map(({ chat_id }) => chat_id);
    },

    /** Those of `others` who have an active block with a user. */
    blockedAmong: (user: UserId, others: readonly UserId[]) =>
      blockedUsers(db, user, others, new Date()),
  };
}

interface NameSearch {
  readonly name: RawBuilder<unknown>;
  readonly pattern: string;
  readonly viewer: UserId;
  readonly limit: number;
}

/**
 * The first users by one of their names. `using ~<~` is the order of the index on the name, so that a
 * name that many have is not read to its last user.
 */
function firstByName(db: Database, { name, pattern, viewer, limit }: NameSearch) {
  return sql`(
    select id, username from users
    where ${name} like lower(${pattern})
      and not exists (${activeBlockBetween(db, viewer, sql.ref("users.id"), new Date())})
    order by ${name} using ~<~ limit ${limit}
  )`;
}
