import { expect, test } from "bun:test";
import type { ChatId } from "@parley/contracts/ids";
import { sql } from "kysely";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat, insertPerson } from "../testing/insert-people.ts";
import type { Place } from "./search-cursor.ts";
import { searchMessages } from "./search-messages.ts";

onTestDatabase((db) => {
  test("A search of more chats than are read at once finds each match once, the newest first", async () => {
    const ann = await insertPerson(db(), "ann");
    const chats: ChatId[] = [];
    for (let n = 0; n < 120; n++) chats.push((await insertChat(db(), "group", [ann])) as ChatId);
    // Chats of different pace; every third message matches, and many share a time.
    await sql`
      insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
      select chat, seq, ${ann}::uuid, gen_random_uuid(), case when seq % 3 = 0 then 'xy' else 'no' end,
        timestamptz '2026-01-01' + (seq * (1 + place % 7)) * interval '1 minute'
      from unnest(${chats}::uuid[]) with ordinality as own (chat, place), generate_series(1, 30) as seq
    `.execute(db());
    const found: Place[] = [];
    for (let before: Place | undefined; ; ) {
      const { places, next } = await searchMessages(db(), {
        chats,
        terms: ["xy"],
        before,
        limit: 100,
      });
      found.push(...places);
      if (next === null) break;
      before = next;
    }
    const keys = found.map(({ created_at, chat_id, seq }) =>
      [created_at.toISOString(), chat_id, String(seq).padStart(3, "0")].join(" "),
    );
    expect(new Set(keys).size).toBe(120 * 10);
    expect(keys).toEqual(keys.toSorted().reverse());
  });
});
