import { expect, test } from "bun:test";
import { sql } from "kysely";
import { isoTime } from "./iso-time.ts";
import { openTestDatabase } from "./testing/open-test-database.ts";

const TIMES = [
  "2026-11-29 21:59:55.752228+00",
  "2026-11-29 21:59:55.9999+00",
  "2026-11-29 21:59:55.05+00",
  "2026-11-29 21:59:55+00",
  "1969-12-31 23:59:59.5+00",
  "12026-01-01 00:00:00+00",
];

test("A time that was selected as text is the same as the parsed one, whatever the time zone of the session", async () => {
  await using database = await openTestDatabase();
  await database.db.connection().execute(async (connection) => {
    for (const zone of ["UTC", "Asia/Kolkata", "America/St_Johns"]) {
      await sql`select set_config('timezone', ${zone}, false)`.execute(connection);
      for (const time of TIMES) {
        const { rows } = await sql<{ parsed: Date; text: string }>`
          select at as parsed, at::text as text from (select ${time}::timestamptz as at) as given
        `.execute(connection);
        expect(isoTime(rows[0]?.text ?? "")).toBe(rows[0]?.parsed.toISOString() ?? "");
      }
    }
  });
});

test("A date becomes its ISO form", () => {
  expect(isoTime(new Date(0))).toBe("1970-01-01T00:00:00.000Z");
});
