import { openPostgres } from "@parley/db/open";
import { sql } from "kysely";
import type { Stack } from "../../test/stack/stack.ts";

/** Counts the stored messages of a chat: all, and those whose acknowledgements were received. */
export async function countStored({ env }: Stack, chat: string, acknowledged: readonly string[]) {
  await using opened = openPostgres(env["DATABASE_URL"] ?? "", () => {});
  const { rows } = await sql<{ all: number; acknowledged: number }>`
    select count(*) as all,
      count(*) filter (where client_id = any(${acknowledged}::uuid[])) as acknowledged
    from messages where chat_id = ${chat}::uuid
  `.execute(opened.db);
  return rows[0] ?? { all: 0, acknowledged: 0 };
}
