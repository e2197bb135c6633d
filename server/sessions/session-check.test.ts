import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "@parley/platform/testing/eventually";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { countStatements } from "../testing/count-statements.ts";
import { onTestDatabase } from "../testing/database.ts";
import { json, openTestServer, type Person, type TestServer } from "../testing/test-server.ts";
import { createSessionStore } from "./session-store.ts";

const SECRET = "a secret of at least thirty-two bytes";

onTestDatabase((db) => {
  let here: TestServer;
  let there: TestServer;
  beforeAll(() => {
    const openBus = createInProcessBus();
    here = openTestServer(db(), {}, { openBus });
    there = openTestServer(db(), {}, { openBus });
  });
  afterAll(async () => {
    await there[Symbol.asyncDispose]();
    await here[Symbol.asyncDispose]();
  });

  async function statusAt(server: TestServer, { token }: Person): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    return (await server.request("/profile", { headers })).status;
  }

  /** A user whose session both servers have cached. */
  async function knownPerson(): Promise<Person> {
    const ann = await here.person("ann");
    for (const server of [here, there]) expect(await statusAt(server, ann)).toBe(200);
    return ann;
  }

  const setUser = (id: string, fields: { suspended_until?: Date | null; role?: "admin" }) =>
    db().updateTable("users").set(fields).where("id", "=", id).execute();

  /** The cached session keeps no request away from the end for longer than the cache's second. */
  const refusedAt = (server: TestServer, person: Person) =>
    eventually(async () => (await statusAt(server, person)) === 401);

  describe("a session that both servers know", () => {
    test("A session that ends at one server is refused there at once, and soon at another", async () => {
      const ann = await knownPerson();
      await ann.post("/logout");
      expect(await statusAt(here, ann)).toBe(401);
      await refusedAt(there, ann);
    });

    test("The sessions that a change of the password ends are refused at once", async () => {
      const ann = await knownPerson();
      const { token } = ann;
      const credentials = { username: ann.username, password: "otter-lamp-quiet-river" };
      const other = await (await here.request("/login", json("POST", credentials))).json();
      const headers = { "content-type": "application/json" };
      const changed = await here.request("/profile/password", {
        method: "POST",
        headers: { ...headers, authorization: `Bearer ${(other as { token: string }).token}` },
        body: JSON.stringify({ current: credentials.password, next: "another-quiet-otter" }),
      });
      expect(changed.status).toBe(204);
      expect(await statusAt(here, { token } as Person)).toBe(401);
    });

    test("A suspension, its end and the deletion of a session take effect, whoever writes them", async () => {
      const ann = await knownPerson();
      await setUser(ann.id, { suspended_until: new Date(Date.now() + 60_000) });
      for (const server of [here, there]) await refusedAt(server, ann);
      await setUser(ann.id, { suspended_until: null });
      for (const server of [here, there]) expect(await statusAt(server, ann)).toBe(200);
      await db().deleteFrom("sessions").where("id", "=", ann.sid).execute();
      for (const server of [here, there]) await refusedAt(server, ann);
    });
  });

  describe("a store of sessions", () => {
    async function openStore() {
      const ann = await here.person("ann");
      const counted = countStatements(db());
      const deps = { db: counted.db, reads: counted.db, secrets: [SECRET] as const };
      const store = createSessionStore(deps, { ttlMs: 60_000 });
      const renewed = await store.renew(ann.id, ann.sid);
      return { ann, store, token: renewed?.issued.token ?? "", statements: counted.statements };
    }

    test("Checks within a second cost one statement", async () => {
      const { ann, store, token, statements } = await openStore();
      const before = statements();
      const checks = Array.from({ length: 50 }, () => store.check(token));
      for (const check of checks) expect((await check)?.user).toBe(ann.id);
      expect(store.check(token)).not.toBeInstanceOf(Promise);
      expect(statements() - before).toBe(1);
    });

    test("A change of the role is seen soon", async () => {
      const { ann, store, token } = await openStore();
      const roleOf = async () => (await store.check(token))?.role;
      await roleOf();
      await setUser(ann.id, { role: "admin" });
      await eventually(async () => (await roleOf()) === "admin");
    });

    test("A connection is opened by what the database has now", async () => {
      const { ann, store, token } = await openStore();
      expect(await store.checkNow(token)).not.toBeNull();
      await setUser(ann.id, { suspended_until: new Date(Date.now() + 60_000) });
      expect(await store.checkNow(token)).toBeNull();
      expect(await store.check(token)).toBeNull();
    });

    test("A session that was seen long ago is touched once, by checks that come together", async () => {
      const { ann, store, token, statements } = await openStore();
      const old = new Date(Date.now() - 61_000);
      await db()
        .updateTable("sessions")
        .set({ last_seen_at: old })
        .where("id", "=", ann.sid)
        .execute();
      const before = statements();
      await Promise.all(Array.from({ length: 10 }, () => store.check(token)));
      expect(statements() - before).toBe(2);
      const [session] = await store.list(ann.id, ann.sid);
      expect(Date.parse(session?.lastSeenAt ?? "")).toBeGreaterThan(old.getTime() + 60_000);
    });
  });
});
