import type { ChatId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Database } from "@parley/db/open";
import { sql } from "kysely";
import { writeChunks } from "../search/search-chunks.ts";
import type { Person, TestServer } from "./test-server.ts";

const USERS = 5_000;
const CHATS = 3_000;
const MESSAGES = 20_000;
const BLOCKS = 500;
const REACTIONS_EACH = 40;
const REACTED_MESSAGES = 100;

/** A database with much of everything, and who uses it. */
export interface LargeWorld {
  /** Owns the channel, is in as many chats as a user may be in, and never read the channel. */
  readonly ann: Person;
  /** Wrote the messages of the channel. */
  readonly bob: Person;
  /** A public channel with 5,000 members and 20,000 messages. */
  readonly channel: ChatId;
  /** Groups of ann, each with one message of its owner. */
  readonly groups: readonly ChatId[];
  /** Other users, all of them members of the channel. */
  readonly users: readonly UserId[];
}

/** Fills a database through a server that uses it. */
export async function createLargeWorld(db: Database, server: TestServer): Promise<LargeWorld> {
  const [ann, bob] = [await server.person("ann"), await server.person("bob")];
  const users = await insertUsers(db);
  const creation = { kind: "channel", name: "everyone", visibility: "public" };
  const channel: ChatId = (await ann.post("/chats", creation)).body.id;
  await sql`
    insert into members (chat_id, user_id, role)
    select ${channel}::uuid, id, 'member' from unnest(${[...users, bob.id]}::uuid[]) as id
  `.execute(db);
  await insertMessages(db, channel, bob.id);
  await react(db, channel, users);
  const groups = await insertGroups(db, ann.id, users);
  await sql`
    insert into blocks (blocker_id, blocked_id)
    select ${ann.id}::uuid, id from unnest(${users.slice(0, BLOCKS)}::uuid[]) as id
  `.execute(db);
  while (await writeChunks(db, channel));
  await sql`vacuum analyze`.execute(db);
  return { ann, bob, channel, groups, users };
}

/** All names have one prefix, so that a search for a user meets all of them. */
async function insertUsers(db: Database): Promise<UserId[]> {
  const { rows } = await sql<{ id: UserId }>`
    insert into users (id, username, password_hash, display_name)
    select gen_random_uuid(), 'user' || n, '-', 'User ' || n from generate_series(1, ${USERS}::int) as n
    returning id
  `.execute(db);
  return rows.map(({ id }) => id);
}

async function insertMessages(db: Database, channel: ChatId, sender: UserId): Promise<void> {
  await sql`
    insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
    select ${channel}::uuid, chats.last_seq + n, ${sender}::uuid, gen_random_uuid(),
      'the ' || md5(n::text), now() - (${MESSAGES}::int - n) * interval '1 second'
    from chats, generate_series(1, ${MESSAGES}::int) as n where chats.id = ${channel}
  `.execute(db);
  await sql`
    update chats set last_seq = last_seq + ${MESSAGES} where id = ${channel}
  `.execute(db);
}

/** Several users react to each of the newest messages. */
async function react(db: Database, channel: ChatId, users: readonly UserId[]): Promise<void> {
  await sql`
    insert into reactions (chat_id, seq, user_id, emoji, since)
    select chats.id, last_seq - n, reader, '👍', last_seq
    from chats, generate_series(0, ${REACTED_MESSAGES - 1}::int) as n,
      unnest(${users.slice(0, REACTIONS_EACH)}::uuid[]) as reader
    where chats.id = ${channel}
  `.execute(db);
}

/** Inserts groups of many owners; ann is in as many as a user may be in. */
async function insertGroups(
  db: Database,
  ann: UserId,
  owners: readonly UserId[],
): Promise<ChatId[]> {
  const { rows } = await sql<{ id: ChatId }>`
    insert into chats (id, kind, visibility, name, topic, created_by, last_seq)
    select gen_random_uuid(), 'group', 'private', 'group', '', owner, 1
    from unnest(${owners.slice(0, CHATS)}::uuid[]) as owner returning id
  `.execute(db);
  const groups = rows.map(({ id }) => id);
  const joined = groups.slice(0, LIMITS.chats.max - 10);
  await sql`
    insert into members (chat_id, user_id, role)
    select id, created_by, 'owner' from chats where id = any(${groups}::uuid[])
    union all select id, ${ann}::uuid, 'member' from unnest(${joined}::uuid[]) as id
  `.execute(db);
  await sql`
    insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
    select id, 1, created_by, gen_random_uuid(), 'hello', now()
    from chats where id = any(${groups}::uuid[])
  `.execute(db);
  return joined;
}
