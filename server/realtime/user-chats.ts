import type { UserId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import { opaque, type Parameters, prepare } from "@parley/db/prepare";
import { createBatchLoader } from "@parley/platform/async/batch-loader";
import { sql } from "kysely";
import type { ChatHead } from "./connection-init-buffer.ts";

/** Reads the chats of a user, each with its newest `seq`. */
export type ReadUserChats = (user: UserId) => Promise<readonly ChatHead[]>;

/** Creates a reader that answers all users who connect at the same time with one statement. */
export function createUserChats(db: Database): ReadUserChats {
  const load = createBatchLoader((users) => readChats(db, users));
  return async (user) => (await load(user)) ?? [];
}

async function readChats(db: Database, users: readonly UserId[]): Promise<Map<string, UserChat[]>> {
  return Map.groupBy(await findChats.rows(db, { users }), ({ user_id }) => user_id);
}

type UserChat = ChatHead & { readonly user_id: UserId };

/** A look-up by a key for each chat, so that the plan is good whatever the statistics say. */
const findChats = prepare(
  (_db, { users }: Parameters<{ users: readonly UserId[] }>) => sql<UserChat>`
    select members.user_id, chats.id, chats.last_seq, members.requested_by is not null as is_request
    from unnest(${opaque(users, "uuid[]")}) as asked (user_id)
    cross join lateral (
      select user_id, chat_id, requested_by from members where user_id = asked.user_id offset 0
    ) as members
    cross join lateral (select id, last_seq from chats where id = members.chat_id limit 1) as chats
  `,
);
