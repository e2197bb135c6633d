import { expect, setDefaultTimeout, test } from "bun:test";
import { sql } from "kysely";
import type { Migration } from "kysely/migration";
import { openMigratedTo } from "../testing/open-migrated-to.ts";
import * as requests from "./018-requests.ts";

setDefaultTimeout(60_000);

const [MADE, JOINED, SAID] = [
  new Date("2026-01-01T00:00:00Z"),
  new Date("2026-01-02T00:00:00Z"),
  new Date("2026-01-03T00:00:00Z"),
];

test("Members from before count as accepted, and each chat is as new as its newest event", async () => {
  await using opened = await openMigratedTo("018");
  const { db } = opened;
  const ann = Bun.randomUUIDv7();
  const [said, joined, empty] = [Bun.randomUUIDv7(), Bun.randomUUIDv7(), Bun.randomUUIDv7()];
  await sql`
    insert into users (id, username, password_hash, display_name) values (${ann}, 'ann', '-', 'Ann')
  `.execute(db);
  await sql`
    insert into chats (id, kind, visibility, name, topic, created_by, created_at, last_seq)
    values (${said}, 'group', 'private', '', '', ${ann}, ${MADE}, 2),
      (${joined}, 'group', 'private', '', '', ${ann}, ${MADE}, 1),
      (${empty}, 'group', 'private', '', '', ${ann}, ${MADE}, 0)
  `.execute(db);
  await sql`
    insert into members (chat_id, user_id, role)
    select id, ${ann}, 'owner' from unnest(${[said, joined, empty]}::uuid[]) as chat (id)
  `.execute(db);
  await sql`
    insert into changes (chat_id, seq, kind, by_id, at, user_id)
    select id, 1, 'member', ${ann}, ${JOINED}::timestamptz, ${ann}
    from unnest(${[said, joined]}::uuid[]) as chat (id)
  `.execute(db);
  await sql`
    insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
    values (${said}, 2, ${ann}, ${crypto.randomUUID()}, 'hello', ${SAID})
  `.execute(db);

  const migration: Migration = requests;
  await migration.up(db);

  const chats = await db.selectFrom("chats").select(["id", "last_at"]).execute();
  expect(new Map(chats.map(({ id, last_at }) => [id, last_at]))).toEqual(
    new Map([
      [said, SAID],
      [joined, JOINED],
      [empty, MADE],
    ]),
  );
  const members = await db.selectFrom("members").select("requested_by").execute();
  expect(members).toEqual(Array(3).fill({ requested_by: null }));
});
