import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { onTestDatabase } from "../testing/database.ts";
import {
  type Json,
  json,
  openTestServer,
  PASSWORD,
  type Person,
  randomAddress,
  type TestServer,
} from "../testing/test-server.ts";
import { createSessionStore } from "./session-store.ts";

const ROUNDS = 20;
const SIGN_INS = 6;
const NEXT = "heron-cloud-seven-keys";
const FROM = { userAgent: "", ip: "" };

onTestDatabase((db) => {
  let server: TestServer;
  beforeAll(() => {
    server = openTestServer(db());
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Each from an address of its own, because failed sign-ins are counted by address. */
  const signIn = (username: string) =>
    server.request("/login", {
      ...json("POST", { username, password: PASSWORD }),
      headers: { "content-type": "application/json", "x-forwarded-for": randomAddress() },
    });
  const as = (token: string, method: string, path: string) =>
    server.request(path, { method, headers: { authorization: `Bearer ${token}` } });
  const change = (person: Person) =>
    person.post("/profile/password", { current: PASSWORD, next: NEXT });
  const sessionsOf = async (person: Person) =>
    (await person.get("/sessions")).body.sessions.map(({ id }: Json) => id);

  describe("sign-ins during a change of the password", () => {
    test("No session of a sign-in with the old password outlives the change", async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const ann = await server.person("ann");
        const before = Array.from({ length: SIGN_INS }, () => signIn(ann.username));
        // The change begins at another moment of the sign-ins in each round.
        for (let turn = 0; turn < round; turn++) await Promise.resolve();
        const [changed, ...answers] = await Promise.all([
          change(ann),
          ...before,
          ...Array.from({ length: SIGN_INS }, () => signIn(ann.username)),
        ]);
        expect(changed.status).toBe(204);
        expect(await sessionsOf(ann)).toEqual([ann.sid]);
        for (const answer of answers) {
          expect([200, 401]).toContain(answer.status);
          if (answer.status !== 200) continue;
          const { token } = (await answer.json()) as { token: string };
          expect((await as(token, "GET", "/profile")).status).toBe(401);
        }
      }
    });

    test("A renewal during the change keeps no other session alive", async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const ann = await server.person("ann");
        const { token } = (await (await signIn(ann.username)).json()) as { token: string };
        const renewals = Array.from({ length: SIGN_INS }, () => as(token, "POST", "/session"));
        const [changed, ...answers] = await Promise.all([change(ann), ...renewals]);
        expect(changed.status).toBe(204);
        expect(await sessionsOf(ann)).toEqual([ann.sid]);
        for (const answer of answers) {
          const renewed = ((await answer.json()) as { token?: string }).token ?? token;
          expect((await as(renewed, "GET", "/profile")).status).toBe(401);
        }
      }
    });

    test("Of two changes at once that verified the same password, one is refused", async () => {
      const ann = await server.person("ann");
      const answers = await Promise.all([change(ann), change(ann)]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 403]);
    });

    test("A change that verified a password which was changed meanwhile changes nothing", async () => {
      const ann = await server.person("ann");
      const sessions = createSessionStore(
        { db: db(), reads: db(), secrets: ["-"] },
        { ttlMs: 60_000 },
      );
      const { password_hash: verifiedHash } = await db()
        .selectFrom("users")
        .select("password_hash")
        .where("id", "=", ann.id)
        .executeTakeFirstOrThrow();
      const changeTo = (nextHash: string) =>
        sessions.changePassword({ user: ann.id, kept: ann.sid, verifiedHash, nextHash });
      expect(await Promise.all(["one", "two"].map(changeTo))).toEqual(
        expect.arrayContaining([[], null]),
      );
    });

    test("A session starts only after a change that is under way, with the hash that then stands", async () => {
      const ann = await server.person("ann");
      const sessions = createSessionStore(
        { db: db(), reads: db(), secrets: ["-"] },
        { ttlMs: 60_000 },
      );
      const hashOf = async () =>
        (
          await db()
            .selectFrom("users")
            .select("password_hash")
            .where("id", "=", ann.id)
            .executeTakeFirstOrThrow()
        ).password_hash;
      const old = await hashOf();
      const start = (verifiedHash: string) =>
        sessions.start({ user: ann.id, verifiedHash, ...FROM });
      const { waiting } = await db()
        .transaction()
        .execute(async (tx) => {
          await tx
            .updateTable("users")
            .set({ password_hash: "next" })
            .where("id", "=", ann.id)
            .execute();
          return { waiting: start(old) };
        });
      expect(await waiting).toBeNull();
      expect(await start(old)).toBeNull();
      expect(await start("next")).toMatchObject({ ended: [] });
    });
  });
});
