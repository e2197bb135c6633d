import pg from "pg";

/** Users, chats, and the members and messages of each chat; fewer messages than a search chunk holds, so that none is to be written. */
const CROWD = { users: 1_000, chats: 2_000, members: 20, messages: 50 };

/** Inserts people who have nothing to do with those measured, so that tables and plans are those of a used instance. */
export async function insertCrowd(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const ids = (count: number) => Array.from({ length: count }, () => Bun.randomUUIDv7());
  const [users, chats] = [ids(CROWD.users), ids(CROWD.chats)];
  await client.query(
    `insert into users (id, username, password_hash, display_name)
     select id, 'crowd-' || n, '-', 'Crowd ' || n
     from unnest($1::uuid[]) with ordinality as person (id, n)`,
    [users],
  );
  await client.query(
    `insert into chats (id, kind, visibility, name, topic, last_seq, created_by)
     select id, 'group', 'private', 'crowd ' || place, '', $3, ($2::uuid[])[1 + place % ${CROWD.users}]
     from unnest($1::uuid[]) with ordinality as chat (id, place)`,
    [chats, users, CROWD.messages],
  );
  const chat = "unnest($1::uuid[]) with ordinality as chat (id, place)";
  const memberOf = (n: string) =>
    `($2::uuid[])[1 + (chat.place * 7 + ${n} % ${CROWD.members}) % ${CROWD.users}]`;
  await client.query(
    `insert into members (chat_id, user_id, role)
     select chat.id, ${memberOf("n")}, 'member' from ${chat}, generate_series(1, $3::int) as n`,
    [chats, users, CROWD.members],
  );
  await client.query(
    `insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
     select chat.id, n, ${memberOf("n")}, gen_random_uuid(), repeat('calm river ', 1 + n % 10),
       date_trunc('milliseconds', now()) - interval '1 day'
     from ${chat}, generate_series(1, $3::int) as n`,
    [chats, users, CROWD.messages],
  );
  await client.query(
    `insert into reactions (chat_id, seq, user_id, emoji, since)
     select chat_id, seq, sender_id, '👍', seq from messages where seq % 4 = 0 and chat_id = any($1::uuid[])`,
    [chats],
  );
  await client.query("vacuum analyze");
  await client.end();
}
