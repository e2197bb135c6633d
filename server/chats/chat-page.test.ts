import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { sql } from "kysely";
import { countStatements } from "../testing/count-statements.ts";
import { onTestDatabase } from "../testing/database.ts";
import { insertPerson } from "../testing/insert-people.ts";
import { recordQueries } from "../testing/record-queries.ts";
import { type Json, openTestServer, type Person, type TestServer } from "../testing/test-server.ts";
import { startingChats } from "./chat-page.ts";

const { inBootstrap, max, madePerDay } = LIMITS.chats;

onTestDatabase((db) => {
  let server: TestServer;
  let ann: Person;
  let bob: Person;
  beforeAll(() => {
    server = openTestServer(db());
  });
  beforeEach(async () => {
    ann = await server.person("ann");
    bob = await server.person("bob");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Puts a person into chats, of which the first has the newest event. @returns their IDs. */
  async function insertChats(
    person: Person,
    count: number,
    { kind = "group", requestedBy = null as string | null } = {},
  ): Promise<string[]> {
    const ids = Array.from({ length: count }, () => Bun.randomUUIDv7());
    await sql`
      with added as (
        insert into chats (id, kind, visibility, name, topic, direct_key, created_by, last_at)
        select id::uuid, ${kind}, 'private', '', '', case ${kind} when 'direct' then id end,
          ${bob.id}, now() - place * interval '1 minute'
        from unnest(${ids}::text[]) with ordinality as new (id, place)
      )
      insert into members (chat_id, user_id, role, requested_by)
      select id::uuid, ${person.id}, 'member', ${requestedBy}::uuid from unnest(${ids}::text[]) as new (id)
    `.execute(db());
    return ids;
  }

  async function say(chat: string, body: string): Promise<void> {
    const role = "member";
    await db().insertInto("members").values({ chat_id: chat, user_id: bob.id, role }).execute();
    const draft = { chat, clientId: crypto.randomUUID(), body };
    expect((await bob.post("/messages", draft)).status).toBe(201);
    // The message does not make the chat one of the newest.
    await sql`update chats set last_at = now() - interval '1 year' where id = ${chat}`.execute(
      db(),
    );
  }

  const bootstrapOf = async (person: Person): Promise<Json> =>
    (await person.get("/bootstrap")).body;
  const viewing = ({ id }: Person) => ({ viewer: id, at: new Date() });
  const idsOf = (chats: Json[]) => chats.map(({ id }) => id);

  test("The bootstrap brings at most 200 chats, the newest first, and says that there are more", async () => {
    const ids = await insertChats(ann, inBootstrap);
    expect(await bootstrapOf(ann)).toMatchObject({ moreChats: false });
    const [oldest = ""] = await insertChats(ann, 1);
    await sql`update chats set last_at = now() - interval '1 year' where id = ${oldest}`.execute(
      db(),
    );
    const { chats, moreChats } = await bootstrapOf(ann);
    expect(idsOf(chats)).toEqual(ids);
    expect(moreChats).toBe(true);
  });

  test("An event makes a chat one of the newest, whatever its kind", async () => {
    const ids = await insertChats(ann, inBootstrap + 5);
    const oldest = ids.at(-1) ?? "";
    await sql`update members set role = 'owner' where user_id = ${ann.id}`.execute(db());
    await ann.patch(`/chats/${oldest}`, { topic: "boats" });
    const { chats } = await bootstrapOf(ann);
    expect(idsOf(chats)).toEqual([oldest, ...ids.slice(0, inBootstrap - 1)]);
  });

  test("Chats with unread mentions, direct chats with unread messages and requests follow the newest", async () => {
    const ids = await insertChats(ann, inBootstrap + 3);
    const [direct = ""] = await insertChats(ann, 1, { kind: "direct" });
    const [mentioned = "", plain = ""] = ids.slice(inBootstrap);
    await say(mentioned, `hello @${ann.username}`);
    await say(direct, "hello");
    await say(plain, "hello");
    const requests = await insertChats(ann, 2, { requestedBy: bob.id });
    const { chats, moreChats } = await bootstrapOf(ann);
    expect(idsOf(chats).slice(0, inBootstrap)).toEqual(ids.slice(0, inBootstrap));
    expect(new Set(idsOf(chats).slice(inBootstrap, -2))).toEqual(new Set([mentioned, direct]));
    expect(idsOf(chats).slice(-2)).toEqual(requests);
    expect(moreChats).toBe(true);
    for (const [id, seq] of [
      [mentioned, 1],
      [direct, 1],
    ] as const)
      await ann.post(`/chats/${id}/read`, { seq });
    expect((await bootstrapOf(ann)).chats).toHaveLength(inBootstrap + 2);
  });

  test("Pages bring every chat once, in the order of the bootstrap, and continue behind it", async () => {
    const ids = await insertChats(ann, inBootstrap + 50);
    await insertChats(ann, 3, { requestedBy: bob.id });
    const { chats: start } = await bootstrapOf(ann);
    const paged: string[] = [];
    let after: string | null = null;
    do {
      const query: string = after === null ? "" : `&after=${after}`;
      const { chats, next }: Json = (await ann.get(`/chats?limit=100${query}`)).body;
      expect(chats.length).toBeLessThanOrEqual(100);
      paged.push(...idsOf(chats));
      after = next;
    } while (after !== null);
    expect(new Set(paged).size).toBe(paged.length);
    expect(paged.filter((id) => ids.includes(id))).toEqual(ids);
    expect(paged).toHaveLength(inBootstrap + 53);
    const rest = (await ann.get(`/chats?after=${start[inBootstrap - 1].id}`)).body;
    expect(idsOf(rest.chats)).toEqual(ids.slice(inBootstrap));
    expect(rest.next).toBeNull();
  });

  test("A page behind a chat that the caller is not in is the first page", async () => {
    const ids = await insertChats(ann, 3);
    const [foreign = ""] = await insertChats(bob, 1);
    const [first] = (await ann.get(`/chats?limit=1&after=${foreign}`)).body.chats;
    expect(first.id).toBe(ids[0]);
    expect((await ann.get("/chats?after=nothing")).status).toBe(422);
    expect((await ann.get("/chats?limit=101")).status).toBe(422);
  });

  test("3,000 chats need as many statements as 200, bring no more chats, and are read by indexes", async () => {
    await insertChats(ann, inBootstrap);
    await insertChats(bob, 3_000);
    await sql`analyze members, chats, mentions`.execute(db());
    const costOf = async (person: Person) => {
      const counted = countStatements(db());
      const { rows } = await startingChats(counted.db, viewing(person));
      return { statements: counted.statements(), chats: rows.length };
    };
    expect(await costOf(bob)).toEqual(await costOf(ann));
    const recorded = recordQueries(db());
    await startingChats(recorded.db, viewing(ann));
    const [plan = ""] = await recorded.plans();
    expect(plan).not.toMatch(/Seq Scan on (chats|members|messages)/);
  });

  test("Of many chats that one user makes at once exactly 100 are made in a day", async () => {
    await sql`
      insert into chat_creations (user_id, at) select ${ann.id}, now() from generate_series(6, ${madePerDay})
    `.execute(db());
    const wishes = Array.from({ length: 12 }, () => ann.post("/chats", { kind: "group" }));
    const answers = await Promise.all(wishes);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    const refused = answers.find(({ status }) => status !== 201);
    expect([refused?.status, refused?.body.code]).toEqual([429, "rate_limited"]);
    const { chats } = (await ann.get("/chats")).body;
    await ann.delete(`/chats/${chats[0].id}`);
    expect((await ann.post("/chats", { kind: "group" })).status).toBe(429);
    await sql`update chat_creations set at = at - interval '1 day' where user_id = ${ann.id}`.execute(
      db(),
    );
    expect((await ann.post("/chats", { kind: "group" })).status).toBe(201);
  });

  test("Nobody gets into a 1,001st chat by making, joining, being added, or many of these at once", async () => {
    await insertChats(ann, max - 5);
    const { id } = (await bob.post("/chats", { kind: "channel", name: "market" })).body;
    const members = [ann.id];
    const tries = Array.from({ length: 4 }, (_, place) => [
      ann.post("/chats", { kind: "group" }),
      bob.post("/chats", { kind: "channel", name: `market ${place}`, members }),
      bob.post("/chats", { kind: "group", members }),
    ]).flat();
    const answers = await Promise.all([ann.post(`/chats/${id}/join`), ...tries]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(5);
    for (const { status, body } of answers.filter(({ status }) => status >= 300))
      expect([status, body.code]).toEqual([409, "too_many_chats"]);
    const more = [
      await ann.post("/chats", { kind: "group" }),
      await bob.put(`/chats/${id}/members/${ann.id}`),
    ];
    const other = (await bob.post("/chats", { kind: "channel", name: "square" })).body;
    more.push(await ann.post(`/chats/${other.id}/join`));
    for (const { status, body } of more.filter(({ status }) => status !== 200))
      expect([status, body.code]).toEqual([409, "too_many_chats"]);
    const { count } = await db()
      .selectFrom("members")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .where("user_id", "=", ann.id)
      .executeTakeFirstOrThrow();
    expect(count).toBe(max);
  });

  test("A user gets at most 100 requests from all others", async () => {
    const maker = await insertPerson(db(), "maker");
    await insertChats(ann, LIMITS.requests.received - 1, { requestedBy: maker });
    const strangers = await Promise.all([server.person("one"), server.person("two")]);
    const answers = await Promise.all(
      strangers.map((one) => one.post("/chats", { kind: "group", members: [ann.id] })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 429]);
  });
});
