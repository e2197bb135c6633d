import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { CLOSES } from "@parley/contracts/closes";
import { LIMITS } from "@parley/contracts/limits";
import { eventually } from "@parley/platform/testing/eventually";
import { onTestDatabase } from "../testing/database.ts";
import {
  type Json,
  json,
  openTestServer,
  PASSWORD,
  randomAddress,
  type TestServer,
} from "../testing/test-server.ts";
import { createSessionStore } from "./session-store.ts";

onTestDatabase((db) => {
  let server: TestServer;
  beforeAll(() => {
    server = openTestServer(db());
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Each test has an address of its own, because failed sign-ins are counted by address. */
  let address: string;
  beforeEach(() => {
    address = randomAddress();
  });

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    server.request(path, {
      ...json("POST", body),
      headers: { "content-type": "application/json", "x-forwarded-for": address, ...headers },
    });

  describe("registration", () => {
    test("Exactly one of several first users who register at once is an admin", async () => {
      const people = await Promise.all(["a", "b", "c", "d"].map(server.person));
      const roles = await Promise.all(
        people.map(async (person) => (await person.get("/profile")).body.role),
      );
      expect(roles.filter((role) => role === "admin")).toHaveLength(1);
    });

    test("Registering returns the user and a token and sets the cookie", async () => {
      const answer = await post("/register", { username: "Ann.Lee", password: PASSWORD });
      expect(answer.status).toBe(201);
      const body = (await answer.json()) as Json;
      expect(body.user).toMatchObject({
        username: "ann.lee",
        displayName: "ann.lee",
        avatar: null,
      });
      expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.now());
      const cookie = answer.headers.get("set-cookie") ?? "";
      expect(cookie).toStartWith(`token=${body.token};`);
      for (const attribute of ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="])
        expect(cookie).toContain(attribute);
      expect(cookie).not.toContain("Secure");
    });

    test("The cookie is secure when the browser uses HTTPS", async () => {
      const body = { username: "https.user", password: PASSWORD };
      const answer = await post("/register", body, { "x-forwarded-proto": "https" });
      expect(answer.headers.get("set-cookie")).toMatch(/^__Host-token=.*; Secure;/);
    });

    test("A username is unique in any case, even for two requests at once", async () => {
      const answers = await Promise.all(
        ["twin", "TWIN", "Twin"].map((username) =>
          post("/register", { username, password: PASSWORD }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    });

    test.each([
      [{ username: "ab", password: PASSWORD }, "username"],
      [{ username: "a b c", password: PASSWORD }, "username"],
      [{ password: PASSWORD }, "username"],
      [{ username: "short.pw", password: "1234567" }, "password"],
      [{ username: "common.pw", password: "Password1" }, "password"],
      [{ username: "same.as.name", password: "Same.As.Name" }, "password"],
      [{ username: "one.char", password: "zzzzzzzz" }, "password"],
      [{ username: "long.name", password: PASSWORD, displayName: "x".repeat(65) }, "displayName"],
      [{ username: "nul.name", password: PASSWORD, displayName: "a\0b" }, "displayName"],
    ])("The registration %j is rejected with the name of the field", async (body, path) => {
      const answer = await post("/register", body);
      expect(answer.status).toBe(422);
      const problem = (await answer.json()) as Json;
      expect(problem.code).toBe("invalid");
      expect(problem.errors.map((error: Json) => error.path)).toEqual([path]);
    });

    test("A body that is not JSON is rejected", async () => {
      const send = (type: string, body: string) =>
        server.request("/register", { method: "POST", headers: { "content-type": type }, body });
      expect((await send("application/json", "{")).status).toBe(400);
      expect((await send("text/plain", "{}")).status).toBe(415);
      expect((await send("application/json", `"${"x".repeat(1024 * 1024)}"`)).status).toBe(413);
    });
  });

  describe("sign-in", () => {
    test("Signing in needs the right password, and an unknown name is answered like a wrong password", async () => {
      const ann = await server.person("ann");
      const right = await post("/login", {
        username: ann.username.toUpperCase(),
        password: PASSWORD,
      });
      expect(right.status).toBe(200);
      const wrong = await post("/login", { username: ann.username, password: "wrong" });
      const unknown = await post("/login", { username: "nobody.here", password: "wrong" });
      expect(wrong.status).toBe(401);
      expect(unknown.status).toBe(401);
      expect(await wrong.json()).toEqual(await unknown.json());
    });

    test.each(["", "no body", "nul\u0000", "x".repeat(3_000)])(
      "A name that no account can have is answered like a wrong password (%#)",
      async (username) => {
        for (let attempt = 0; attempt < 6; attempt++) {
          const answer = await post("/login", { username, password: "wrong\0" });
          expect(answer.status).toBe(401);
        }
      },
    );

    test("Concurrent attempts with the right password are not throttled", async () => {
      const ann = await server.person("ann");
      const credentials = { username: ann.username, password: PASSWORD };
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => post("/login", credentials)),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    });

    test("An account is throttled after five failures, whether it exists or not", async () => {
      const ann = await server.person("ann");
      for (const username of [ann.username, "still.nobody"]) {
        const statuses: number[] = [];
        for (let attempt = 0; attempt < 6; attempt++)
          statuses.push((await post("/login", { username, password: "wrong" })).status);
        expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
      }
      const limited = await post("/login", { username: ann.username, password: PASSWORD });
      expect(limited.status).toBe(429);
      expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    });

    test("Failures with any names are counted by address, whose IPv6 /64 is one", async () => {
      const guess = (username: string, host: string) =>
        post("/login", { username, password: "wrong" }, { "x-forwarded-for": host });
      for (let count = 0; count < 20; count++)
        expect((await guess(`nobody${count}`, `2001:db8:9::${count}`)).status).toBe(401);
      const limited = await guess("nobody20", "2001:db8:9::20");
      expect(limited.status).toBe(429);
      expect(limited.headers.get("retry-after")).toBe("10");
      expect((await guess("nobody20", "2001:db8:9:1::20")).status).toBe(401);
    });

    test("Guesses of strangers slow an unknown browser down, and a known one not at all", async () => {
      const ann = await server.person("ann");
      const credentials = { username: ann.username, password: PASSWORD };
      const device = deviceOf(await post("/login", credentials));
      expect(device).toStartWith("device=");
      const guesses = { username: ann.username, password: "wrong" };
      for (let count = 0; count < 40; count++)
        await post("/login", guesses, { "x-forwarded-for": randomAddress() });
      const unknown = await post("/login", credentials);
      expect(unknown.status).toBe(429);
      expect(Number(unknown.headers.get("retry-after"))).toBeLessThanOrEqual(30);
      const known = await post("/login", credentials, { cookie: device });
      expect(known.status).toBe(200);
      expect(deviceOf(known)).toStartWith("device=");
    });

    test("The cookie of one user makes no browser known to another", async () => {
      const [ann, mallory] = [await server.person("ann"), await server.person("mallory")];
      const device = deviceOf(
        await post("/login", { username: mallory.username, password: PASSWORD }),
      );
      const guesses = { username: ann.username, password: "wrong" };
      for (let count = 0; count < 5; count++) await post("/login", guesses, { cookie: device });
      expect((await post("/login", guesses, { cookie: device })).status).toBe(429);
      expect((await post("/login", guesses)).status).toBe(429);
    });

    test("A known browser has five guesses of its own, and no more after a renewal of the session", async () => {
      const ann = await server.person("ann");
      const credentials = { username: ann.username, password: PASSWORD };
      const signedIn = await post("/login", credentials);
      const { token } = (await signedIn.json()) as Json;
      const renew = () => post("/session", {}, { authorization: `Bearer ${token}` });
      const guesses = { username: ann.username, password: "wrong" };
      for (let count = 0; count < 5; count++) {
        const cookie = deviceOf(await renew());
        expect((await post("/login", guesses, { cookie })).status).toBe(401);
      }
      const last = await post("/login", credentials, { cookie: deviceOf(await renew()) });
      expect(last.status).toBe(429);
      expect((await post("/login", credentials)).status).toBe(200);
    });

    test("A suspended user can’t sign in, and their sessions are invalid until the suspension ends", async () => {
      const ann = await server.person("ann");
      const suspend = (until: Date | null) =>
        db()
          .updateTable("users")
          .set({ suspended_until: until })
          .where("id", "=", ann.id)
          .execute();
      await suspend(new Date(Date.now() + 60_000));
      const credentials = { username: ann.username, password: PASSWORD };
      const refused = await post("/login", credentials);
      expect(refused.status).toBe(403);
      expect(((await refused.json()) as Json).code).toBe("suspended");
      expect((await ann.get("/profile")).status).toBe(401);
      await suspend(new Date(Date.now() - 1));
      expect((await post("/login", credentials)).status).toBe(200);
      expect((await ann.get("/profile")).status).toBe(200);
    });
  });

  describe("sessions", () => {
    test("Sessions are listed with their origin, and the current one is marked", async () => {
      const ann = await server.person("ann");
      await post(
        "/login",
        { username: ann.username, password: PASSWORD },
        { "user-agent": "Browser/1", "x-forwarded-for": "::ffff:192.0.2.7" },
      );
      const { sessions } = (await ann.get("/sessions")).body;
      expect(sessions).toHaveLength(2);
      expect(sessions[0]).toMatchObject({
        current: false,
        userAgent: "Browser/1",
        ip: "192.0.2.7",
      });
      expect(sessions[1]).toMatchObject({ id: ann.sid, current: true });
    });

    test("Signing out invalidates the token and closes the connections at once", async () => {
      const ann = await server.person("ann");
      const socket = await server.connect(ann);
      const answer = await ann.request("/logout", {
        method: "POST",
        headers: { authorization: `Bearer ${ann.token}` },
      });
      expect(answer.status).toBe(204);
      expect(answer.headers.get("set-cookie")).toContain("Max-Age=0");
      expect(socket.closed).toEqual(CLOSES.signedOut);
      expect((await ann.get("/profile")).status).toBe(401);
    });

    test("A session can be ended from another session of the user but not by another user", async () => {
      const [ann, bob] = [await server.person("ann"), await server.person("bob")];
      const other = (await (
        await post("/login", { username: ann.username, password: PASSWORD })
      ).json()) as Json;
      expect((await bob.delete(`/sessions/${ann.sid}`)).status).toBe(404);
      expect((await ann.get("/profile")).status).toBe(200);
      const ended = await server.request(`/sessions/${ann.sid}`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${other.token}` },
      });
      expect(ended.status).toBe(204);
      expect((await ann.get("/profile")).status).toBe(401);
    });

    test("Renewing a session returns a token that lives longer", async () => {
      const ann = await server.person("ann");
      const before = (await ann.get("/sessions")).body.sessions[0];
      const { status, body } = await ann.post("/session");
      expect(status).toBe(200);
      expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.parse(before.createdAt) + 59_000);
      const profile = await server.request("/profile", {
        headers: { authorization: `Bearer ${body.token}` },
      });
      expect(profile.status).toBe(200);
    });

    test("An expired session is invalid, whatever its token says", async () => {
      const ann = await server.person("ann");
      await db()
        .updateTable("sessions")
        .set({ expires_at: new Date() })
        .where("id", "=", ann.sid)
        .execute();
      expect((await ann.get("/profile")).status).toBe(401);
    });

    test("A session’s last use is stored at most once a minute", async () => {
      const ann = await server.person("ann");
      const lastSeen = async () => (await ann.get("/sessions")).body.sessions[0].lastSeenAt;
      const fresh = await lastSeen();
      expect(await lastSeen()).toBe(fresh);
      const old = new Date(Date.now() - 61_000);
      await db()
        .updateTable("sessions")
        .set({ last_seen_at: old })
        .where("id", "=", ann.sid)
        .execute();
      await eventually(async () => Date.parse(await lastSeen()) > old.getTime() + 60_000);
    });

    test("A sign-in above the limit ends the user’s oldest session and closes its connections", async () => {
      const ann = await server.person("ann");
      const socket = await server.connect(ann);
      const credentials = { username: ann.username, password: PASSWORD };
      let token = "";
      for (let count = 0; count < LIMITS.maxSessionsPerUser; count++) {
        expect(socket.closed).toBeUndefined();
        token = ((await (await post("/login", credentials)).json()) as Json).token;
      }
      expect(socket.closed).toEqual(CLOSES.signedOut);
      expect((await ann.get("/profile")).status).toBe(401);
      const list = await server.request("/sessions", {
        headers: { authorization: `Bearer ${token}` },
      });
      const { sessions } = (await list.json()) as Json;
      expect(sessions).toHaveLength(LIMITS.maxSessionsPerUser);
    });

    test("Sessions that start at once leave exactly the limit, and each that ended is reported once", async () => {
      const ann = await server.person("ann");
      const { password_hash: verifiedHash } = await db()
        .selectFrom("users")
        .select("password_hash")
        .where("id", "=", ann.id)
        .executeTakeFirstOrThrow();
      const store = createSessionStore(
        { db: db(), reads: db(), secrets: ["-"] },
        { ttlMs: 60_000 },
      );
      const start = () => store.start({ user: ann.id, verifiedHash, userAgent: "", ip: "" });
      const started = await Promise.all(Array.from({ length: 70 }, start));
      const live = (await store.list(ann.id, "")).map(({ id }) => id);
      const ended = started.flatMap((one) => one?.ended ?? []);
      expect(live).toHaveLength(LIMITS.maxSessionsPerUser);
      const all = [ann.sid, ...started.map((one) => one?.issued.sid ?? "")];
      expect([...live, ...ended].toSorted()).toEqual(all.toSorted());
    });

    test("An expired session takes no place of the limit", async () => {
      const ann = await server.person("ann");
      const credentials = { username: ann.username, password: PASSWORD };
      await post("/login", credentials);
      await db()
        .updateTable("sessions")
        .set({ expires_at: new Date() })
        .where("id", "=", ann.sid)
        .execute();
      await post("/login", credentials);
      const rows = await db()
        .selectFrom("sessions")
        .select("id")
        .where("user_id", "=", ann.id)
        .execute();
      expect(rows).toHaveLength(2);
      expect(rows.map(({ id }) => id)).not.toContain(ann.sid);
    });
  });
});

/** The cookie by which a response makes the browser known. */
function deviceOf(response: Response): string {
  const found = response.headers.getSetCookie().find((cookie) => cookie.startsWith("device="));
  return found?.split(";")[0] ?? "";
}
