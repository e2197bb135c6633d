import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { migrateToLatest } from "@parley/db/migrate";
import { type Database, openPostgres } from "@parley/db/open";
import type { Transaction } from "@parley/db/queryable";
import type { Refusal } from "@parley/platform/http/problem";
import { createLog } from "@parley/platform/process/log";
import { eventually } from "@parley/platform/testing/eventually";
import { sql } from "kysely";
import type { FakeConnection } from "../realtime/testing/fake-network.ts";
import { createDatabase } from "../testing/database.ts";
import { type FaultyProxy, openFaultyProxy } from "../testing/faulty-proxy.ts";

import { openEventLog } from "../testing/open-event-log.ts";
import { framesOf, openTestServer, type Person, type TestServer } from "../testing/test-server.ts";

import { commitOnce } from "./commit-once.ts";
import { WRITE_DEADLINE_MS } from "./with-retry.ts";

setDefaultTimeout(60_000);

const url = process.env["TEST_DATABASE_URL"];
const log = createLog("test", "silent");

describe.skipIf(url === undefined)("a PostgreSQL whose connections break", () => {
  const stack = new AsyncDisposableStack();
  let line: FaultyProxy;
  let db: Database;
  let server: TestServer;
  let ann: Person;
  let bob: Person;
  let hearing: FakeConnection;

  beforeAll(async () => {
    const database = stack.use(await createDatabase());
    line = stack.use(await openFaultyProxy(database.url));
    db = stack.use(openPostgres(line.url, () => {})).db;
    await migrateToLatest(db);
    server = stack.use(openTestServer(db));
    ann = await server.person("ann");
    bob = await server.person("bob");
    hearing = await server.connect(ann);
  });
  afterAll(() => stack.disposeAsync());

  describe.each(["lose the response", "lose the commit"] as const)(
    "changes when faults %s",
    (fault) => {
      let chat: string;
      let message: string;
      beforeAll(async () => {
        chat = (await ann.post("/chats", { kind: "channel", name: "room" })).body.id;
        const draft = { chat, clientId: crypto.randomUUID(), body: "hello" };
        message = `/messages/${chat}/${(await ann.post("/messages", draft)).body.seq}`;
      });

      const events = (of: string) =>
        framesOf(hearing, "events").flatMap((frame) => (frame.chat === of ? frame.events : []));
      const lastSeq = async () => (await ann.get(`/chats/${chat}`)).body.lastSeq;

      /** Changes the chat by a commit that breaks. @returns the only event that was published. */
      async function broken(change: () => Promise<{ status: number }>): Promise<ChatEvent> {
        const before = events(chat).length;
        line.breakAtCommit(fault);
        const { status } = await change();
        expect(status).toBeOneOf([200, 204]);
        const [event, ...others] = events(chat).slice(before);
        expect(others).toEqual([]);
        expect(event?.seq).toBe(await lastSeq());
        return event as ChatEvent;
      }

      test("A message is edited, reacted to and deleted once", async () => {
        expect(await broken(() => ann.patch(message, { body: "hi" }))).toMatchObject({
          kind: "edit",
          message: { body: "hi" },
        });
        expect(await broken(() => ann.put(`${message}/reactions/👍`))).toMatchObject({
          kind: "reaction",
          count: 1,
        });
        expect(await broken(() => ann.delete(`${message}/reactions/👍`))).toMatchObject({
          kind: "reaction",
          count: 0,
        });
        expect(await broken(() => ann.delete(message))).toMatchObject({ kind: "delete" });
      });

      test("A member joins, gets the events of the chat, is promoted and leaves, each once", async () => {
        const listening = await server.connect(bob);
        expect(await broken(() => bob.post(`/chats/${chat}/join`))).toMatchObject({
          action: "joined",
        });
        await ann.patch(`/chats/${chat}`, { topic: `boats, ${fault}` });
        expect(framesOf(listening, "events").at(-1)?.events).toMatchObject([{ kind: "chat" }]);
        expect(
          await broken(() => ann.put(`/chats/${chat}/members/${bob.id}`, { role: "admin" })),
        ).toMatchObject({ action: "role", role: "admin" });
        expect(await broken(() => bob.post(`/chats/${chat}/leave`))).toMatchObject({
          action: "left",
        });
        expect(framesOf(listening, "left")).toEqual([{ type: "left", chat }]);
      });

      test("A chat is created once and deleted once", async () => {
        const name = `made with ${fault}`;
        line.breakAtCommit(fault);
        const made = await ann.post("/chats", { kind: "group", name, members: [bob.id] });
        expect(made.status).toBe(201);
        const named = db.selectFrom("chats").select("id").where("name", "=", name);
        expect(await named.execute()).toEqual([{ id: made.body.id }]);
        expect(events(made.body.id).map(({ seq }) => seq)).toEqual([1, 2]);
        line.breakAtCommit(fault);
        expect(await ann.delete(`/chats/${made.body.id}`)).toMatchObject({ status: 204 });
        await eventually(async () => (await named.execute()).length === 0);
        expect(framesOf(hearing, "left").map((frame) => frame.chat)).toContain(made.body.id);
      });
    },
  );

  test("A change is retried while the database is away", async () => {
    const { body: chat } = await ann.post("/chats", { kind: "group", name: "before" });
    let tries = 0;
    await commitOnce({ db, log }, rename, performance.now() + WRITE_DEADLINE_MS);
    expect(tries).toBeGreaterThan(1);
    expect((await ann.get(`/chats/${chat.id}`)).body.name).toBe("after");

    async function rename(tx: Transaction): Promise<void> {
      await tx.updateTable("chats").set({ name: "after" }).where("id", "=", chat.id).execute();
      if (++tries > 1) return;
      const away = line.interrupt();
      void away.refused.then(() => away[Symbol.dispose]());
    }
  });

  test("A read mark is retried while the database is away, and delays no later frame", async () => {
    const { body: chat } = await ann.post("/chats", { kind: "group", name: "read" });
    const send = await server.device(ann);
    const away = line.interrupt();
    // Resolves when a later frame is answered, while the database is still away.
    await send({ type: "read", chat: chat.id, seq: 1 });
    away[Symbol.dispose]();
    await eventually(() => framesOf(hearing, "read").some((frame) => frame.chat === chat.id));
    expect((await ann.get(`/chats/${chat.id}`)).body.readSeq).toBe(1);
  });

  test("A change whose backend process is terminated runs again on another connection", async () => {
    let tries = 0;
    const result = await commitOnce(
      { db, log },
      async (tx) => {
        if (++tries === 1) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
        return "done";
      },
      performance.now() + WRITE_DEADLINE_MS,
    );
    expect({ result, tries }).toEqual({ result: "done", tries: 2 });
  });

  test("Each job has its own deadline while the database is away, whatever is queued before it", async () => {
    const { body: chat } = await ann.post("/chats", { kind: "group", name: "patience" });
    const deadlineMs = 1_000;
    const writer = openEventLog(db, { deadlineMs });
    const draft = () => ({ chat: chat.id, clientId: crypto.randomUUID(), body: "hello?" });
    const away = line.interrupt();
    const start = performance.now();
    const waits: Promise<[code: string | undefined, waited: number]>[] = [];
    const wait = (outcome: Promise<unknown>, since = performance.now()) =>
      waits.push(
        outcome.then(
          () => [undefined, performance.now() - since],
          (error: Refusal) => [error.code, performance.now() - since],
        ),
      );
    // The changes between the sends give each send a commit of its own.
    for (let n = 0; n < 4; n++) {
      wait(writer.send(ann.id, draft()));
      wait(writer.transact(async () => {}));
    }
    const outcomes = await Promise.all(waits);
    const [longest] = outcomes.map(([, waited]) => waited).sort((a, b) => b - a);
    expect(outcomes.map(([code]) => code)).toEqual(outcomes.map(() => "unavailable"));
    // With one deadline after the other, they would wait eight times as long.
    expect(longest).toBeLessThan(4 * deadlineMs);
    expect(performance.now() - start).toBeGreaterThanOrEqual(deadlineMs);
    away[Symbol.dispose]();
    await writer.drain();
    expect((await writer.send(ann.id, draft())).chat).toBe(chat.id);
  });

  test("A change whose deadline passes while the database is away is refused as unavailable", async () => {
    using _away = line.interrupt();
    const refusal = await commitOnce({ db, log }, async () => {}, performance.now()).then(
      () => null,
      (error: Refusal) => error,
    );
    expect(refusal?.code).toBe("unavailable");
  });
});
