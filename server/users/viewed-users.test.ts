import { expect, test } from "bun:test";
import type { Database } from "@parley/db/open";
import { sql } from "kysely";
import { countStatements } from "../testing/count-statements.ts";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat, insertPerson } from "../testing/insert-people.ts";
import { recordQueries } from "../testing/record-queries.ts";
import { viewedUsers } from "./viewed-users.ts";

const RUNS = 12;
/** Executions that PostgreSQL plans for their values, before it chooses between these and one plan for all values. */
const OWN_PLANS = 5;

onTestDatabase((db) => {
  const people = (...names: string[]) =>
    Promise.all(names.map((name) => insertPerson(db(), name))) as Promise<[string, string, string]>;

  async function block(blocker: string, blocked: string, expires_at: Date | null): Promise<void> {
    await db()
      .insertInto("blocks")
      .values({ blocker_id: blocker, blocked_id: blocked, expires_at })
      .execute();
  }

  async function view(viewer: string, other: string, at = new Date(), q: Database = db()) {
    const [row] = await viewedUsers(q, viewer, [other], at);
    return { isBlocked: row?.is_blocked, isAcquainted: row?.is_acquainted };
  }

  test("A block hides two users from each other, until the millisecond of its end", async () => {
    const [ann, bob, cat] = await people("ann", "bob", "cat");
    const end = new Date(Date.now() + 60_000);
    await block(ann, bob, end);
    await block(cat, ann, null);
    expect((await view(ann, bob)).isBlocked).toBe(true);
    expect((await view(bob, ann)).isBlocked).toBe(true);
    expect((await view(ann, cat)).isBlocked).toBe(true);
    expect((await view(bob, cat)).isBlocked).toBe(false);
    expect((await view(ann, bob, new Date(end.getTime() - 1))).isBlocked).toBe(true);
    expect((await view(ann, bob, end)).isBlocked).toBe(false);
    expect(await view(ann, ann)).toEqual({ isBlocked: false, isAcquainted: true });
  });

  test("Two users are acquainted by a chat that both accepted, whichever of the two looks", async () => {
    const [ann, bob, cat] = await people("ann", "bob", "cat");
    const chat = await insertChat(db(), "group", [ann, bob, cat]);
    await db()
      .updateTable("members")
      .set({ requested_by: ann })
      .where("chat_id", "=", chat)
      .where("user_id", "=", cat)
      .execute();
    expect((await view(ann, bob)).isAcquainted).toBe(true);
    expect((await view(bob, ann)).isAcquainted).toBe(true);
    expect((await view(ann, cat)).isAcquainted).toBe(false);
    expect((await view(cat, ann)).isAcquainted).toBe(false);
  });

  test("Any number of users costs one statement, and none costs none", async () => {
    const [ann, bob, cat] = await people("ann", "bob", "cat");
    const counted = countStatements(db());
    const asked = [ann, bob, cat, bob, Bun.randomUUIDv7()];
    const rows = await viewedUsers(counted.db, ann, asked, new Date());
    expect(rows.map(({ id }) => id).sort()).toEqual([ann, bob, cat].sort());
    expect(counted.statements()).toBe(1);
    expect(await viewedUsers(counted.db, ann, [], new Date())).toEqual([]);
    expect(counted.statements()).toBe(1);
  });

  test("Users are read by keys, without statistics of the tables", async () => {
    const recorded = recordQueries(db());
    await viewedUsers(recorded.db, Bun.randomUUIDv7(), [Bun.randomUUIDv7()], new Date());
    const [plan = ""] = await recorded.plans();
    expect(plan).toContain("Index");
    expect(plan).not.toContain("Seq Scan");
  });

  test("A connection plans the statement once, however few users are asked for", async () => {
    const [ann, bob] = await people("ann", "bob");
    await db()
      .connection()
      .execute(async (connection) => {
        for (let run = 0; run < RUNS; run++) await view(ann, bob, new Date(), connection);
        const { rows } = await sql<{ custom_plans: number }>`
          select custom_plans from pg_prepared_statements where statement like '%is_acquainted%'
        `.execute(connection);
        expect(rows).toEqual([{ custom_plans: OWN_PLANS }]);
      });
  });
});
