import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { CLOSES } from "@parley/contracts/closes";
import { onTestDatabase } from "../testing/database.ts";
import { json, openTestServer, PASSWORD, type TestServer } from "../testing/test-server.ts";

onTestDatabase((db) => {
  let server: TestServer;
  beforeAll(() => {
    server = openTestServer(db());
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describe("changing a password", () => {
    const NEXT = "heron-cloud-seven-keys";

    test("A change with the current password ends the user’s other sessions", async () => {
      const ann = await server.person("ann");
      const signIn = (password: string) =>
        server.request("/login", json("POST", { username: ann.username, password }));
      const elsewhere = (await (await signIn(PASSWORD)).json()) as { token: string };
      const socket = await server.connect(ann);
      expect((await ann.post("/profile/password", { current: PASSWORD, next: NEXT })).status).toBe(
        204,
      );
      expect((await ann.get("/profile")).status).toBe(200);
      expect(socket.closed).toBeUndefined();
      const other = await server.request("/profile", {
        headers: { authorization: `Bearer ${elsewhere.token}` },
      });
      expect(other.status).toBe(401);
      expect((await signIn(PASSWORD)).status).toBe(401);
      expect((await signIn(NEXT)).status).toBe(200);
    });

    test("A change closes the connections of the sessions that end", async () => {
      const ann = await server.person("ann");
      const socket = await server.connect(ann);
      const signedIn = await server.request(
        "/login",
        json("POST", { username: ann.username, password: PASSWORD }),
      );
      const { token } = (await signedIn.json()) as { token: string };
      await server.request("/profile/password", {
        ...json("POST", { current: PASSWORD, next: NEXT }),
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      });
      expect(socket.closed).toEqual(CLOSES.signedOut);
    });

    test("The browser that changes the password stays known, and others do not", async () => {
      const ann = await server.person("ann");
      const from = (cookie: string, password: string) =>
        server.request("/login", {
          ...json("POST", { username: ann.username, password }),
          headers: { "content-type": "application/json", cookie, "x-forwarded-for": "192.0.2.9" },
        });
      const deviceOf = (response: Response) =>
        /device=[^;]+/.exec(response.headers.getSetCookie().join("\n"))?.[0] ?? "";
      const old = deviceOf(await from("", PASSWORD));
      const changed = await server.request("/profile/password", {
        ...json("POST", { current: PASSWORD, next: NEXT }),
        headers: { authorization: `Bearer ${ann.token}`, "content-type": "application/json" },
      });
      const current = deviceOf(changed);
      for (let count = 0; count < 5; count++) await from("", "wrong");
      expect((await from(old, NEXT)).status).toBe(429);
      expect((await from(current, NEXT)).status).toBe(200);
    });

    test("A wrong current password or a weak new one is rejected, and attempts are throttled", async () => {
      const ann = await server.person("ann");
      const change = async (current: string, next = NEXT) =>
        (await ann.post("/profile/password", { current, next })).body?.code;
      for (const weak of ["password1", ann.username, "zzzzzzzz"])
        expect(await change(PASSWORD, weak)).toBe("invalid");
      for (let attempt = 0; attempt < 5; attempt++)
        expect(await change("wrong")).toBe("wrong_password");
      expect(await change(PASSWORD)).toBe("rate_limited");
    });
  });
});
