import { beforeAll, describe, expect, test } from "bun:test";
import type { UserId } from "@parley/contracts/ids";
import type { Draft } from "@parley/contracts/messages";
import type { Database } from "@parley/db/open";
import type { Refusal } from "@parley/platform/http/problem";
import { eventually } from "@parley/platform/testing/eventually";
import { sql } from "kysely";
import type { Outcome } from "../events/store-outcome.ts";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat, insertFile, insertPerson, usernameOf } from "../testing/insert-people.ts";
import { recordQueries } from "../testing/record-queries.ts";
import { authorizeSend } from "./authorize-send.ts";
import type { Sent } from "./decide-batch.ts";
import { storeBatch } from "./store-batch.ts";
import { storeLone, UNRESTRICTED } from "./store-lone.ts";

const now = new Date("2026-01-01T12:00:00.123Z");
const later = new Date(now.getTime() + 1);

/** A new direct chat and a new group of two people, and a message in each. */
async function openWorld(db: Database) {
  const [ann, bob] = [await insertPerson(db, "ann"), await insertPerson(db, "bob")];
  const direct = await insertChat(db, "direct", [ann, bob]);
  const group = await insertChat(db, "group", [ann, bob]);
  for (const chat of [direct, group])
    await storeBatch(db, [{ sender: bob, draft: draft(chat) }], now);
  return { db, ann, bob, direct, group };
}

type World = Awaited<ReturnType<typeof openWorld>>;

function draft(chat: string, more: Partial<Draft> = {}): Draft {
  return { chat, clientId: crypto.randomUUID(), body: "hello", ...more };
}

const member = (db: Database, chat: string, user: UserId) =>
  db.updateTable("members").where("chat_id", "=", chat).where("user_id", "=", user);

const block = ({ db, ann, bob }: World, blocker: UserId, expires_at: Date | null) =>
  db
    .insertInto("blocks")
    .values({ blocker_id: blocker, blocked_id: blocker === ann ? bob : ann, expires_at })
    .execute();

/** Circumstances in which Ann sends, and the drafts that she sends. */
const CIRCUMSTANCES: Readonly<Record<string, (world: World) => Promise<Draft> | Draft>> = {
  "a direct chat": ({ direct }) => draft(direct),
  "a group": ({ group }) => draft(group),
  "a reply": ({ group }) => draft(group, { replyTo: 1 }),
  "a reply to nothing": ({ group }) => draft(group, { replyTo: 77 }),
  "no words": ({ group }) => draft(group, { body: " \n" }),
  "no such chat": () => draft(Bun.randomUUIDv7()),
  async "another's chat"({ db, bob }) {
    return draft(await insertChat(db, "group", [bob]));
  },
  async "a mute"({ db, group, ann }) {
    await member(db, group, ann).set({ muted_until: later }).execute();
    return draft(group);
  },
  async "a mute that ended"({ db, group, ann }) {
    await member(db, group, ann).set({ muted_until: now }).execute();
    return draft(group);
  },
  async "a suspension"({ db, group, ann }) {
    await db.updateTable("users").where("id", "=", ann).set({ suspended_until: later }).execute();
    return draft(group);
  },
  async "a block of the other"(world) {
    await block(world, world.ann, null);
    return draft(world.direct);
  },
  async "a block by the other"(world) {
    await block(world, world.bob, later);
    return draft(world.direct);
  },
  async "a block that ended"(world) {
    await block(world, world.bob, now);
    return draft(world.direct);
  },
  async "a block in a group"(world) {
    await block(world, world.bob, null);
    return draft(world.group);
  },
  async "a request"({ db, group, ann, bob }) {
    await member(db, group, ann).set({ requested_by: bob }).execute();
    return draft(group);
  },
  async "an owner"({ db, group, ann }) {
    await member(db, group, ann).set({ role: "owner" }).execute();
    return draft(group);
  },
  "a mention": ({ group, bob }) => draft(group, { body: `@${usernameOf("bob", bob)}` }),
  async "a file"({ db, group, ann }) {
    return draft(group, { files: [await insertFile(db, ann, "one.txt")] });
  },
  async "a message that was sent before"({ db, group, ann }) {
    const before = draft(group);
    await storeBatch(db, [{ sender: ann, draft: before }], now);
    return { ...before, clientId: before.clientId.toUpperCase() };
  },
};

/** An outcome without what differs from world to world. */
function describeOutcome(outcome: Outcome<Sent> | undefined) {
  if (!outcome || outcome.kind === "rejected")
    return (outcome?.refusal as Refusal | undefined)?.code;
  const { kind, result } = outcome;
  return { kind, seq: result.seq, createdAt: result.createdAt, accepts: result.accepts };
}

onTestDatabase((db) => {
  test.each(Object.entries(CIRCUMSTANCES))(
    "A lone message gets the outcome that it would get in a batch: %s",
    async (_, sendIn) => {
      const [one, other] = [await openWorld(db()), await openWorld(db())];
      const [alone] = await storeBatch(db(), [{ sender: one.ann, draft: await sendIn(one) }], now);
      const neighbour = { sender: other.bob, draft: draft(Bun.randomUUIDv7()) };
      const submission = { sender: other.ann, draft: await sendIn(other) };
      const [together] = await storeBatch(db(), [submission, neighbour], now);
      expect(describeOutcome(alone)).toEqual(describeOutcome(together));
    },
  );

  describe("a world", () => {
    let world: World;
    beforeAll(async () => {
      world = await openWorld(db());
    });

    test("The permissions that a lone message is stored with are written as PostgreSQL writes them", async () => {
      for (const { permissions, row } of UNRESTRICTED) {
        const { kind, role } = permissions;
        const { rows } = await sql<{ text: string }>`
          select row(${kind}::text, ${role}::text, null::timestamptz, null::timestamptz, false, false)::text
            as text
        `.execute(db());
        expect(rows).toEqual([{ text: row }]);
      }
    });

    test("No permission that a lone message is stored with is denied or has effects", () => {
      const missing = { chat: false, replyTarget: false, files: false };
      for (const { permissions } of UNRESTRICTED) {
        expect(authorizeSend(draft("c"), permissions, missing, now)).toBeNull();
        expect(permissions.isRequest).toBe(false);
      }
    });

    test("A lone message is stored by one statement", async () => {
      const recorded = recordQueries(db());
      const submission = { sender: world.ann, draft: draft(world.group) };
      const [outcome] = await storeBatch(recorded.db, [submission], now);
      expect(outcome?.kind).toBe("stored");
      expect(recorded.queries()).toHaveLength(1);
    });

    test("A lone message reads no table whole, whatever the statistics say", async () => {
      await db()
        .transaction()
        .execute(async (tx) => {
          const submission = { sender: world.ann, draft: draft(world.direct, { replyTo: 1 }) };
          expect((await storeLone(tx, submission, now))?.kind).toBe("stored");
          const { rows } = await sql`
            select relname from pg_stat_xact_user_tables where seq_scan > 0
          `.execute(tx);
          expect(rows).toEqual([]);
        });
    });

    test("A lone message sees a change that was committed while it waited for the chat", async () => {
      const leaving = Promise.withResolvers<void>();
      const locked = Promise.withResolvers<number>();
      const removal = db()
        .transaction()
        .execute(async (tx) => {
          await sql`select from chats where id = ${world.group} for no key update`.execute(tx);
          await tx.deleteFrom("members").where("user_id", "=", world.ann).execute();
          const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
          locked.resolve(rows[0]?.pid ?? 0);
          await leaving.promise;
        });
      const pid = await locked.promise;
      const sending = storeBatch(db(), [{ sender: world.ann, draft: draft(world.group) }], now);
      await eventually(async () => {
        const { rows } = await sql`
          select from pg_stat_activity where ${pid} = any(pg_blocking_pids(pid))
        `.execute(db());
        return rows.length > 0;
      });
      leaving.resolve();
      await removal;
      expect((await sending).map(describeOutcome)).toEqual(["forbidden"]);
    });
  });
});
