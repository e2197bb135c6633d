import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { prepare, RUNTIMES } from "../runtimes/runtimes.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const FORWARDED = { "x-forwarded-proto": "https" };

/** The two settings forwarded which the gateway knows that browsers use HTTPS. */
const HTTPS_SETTINGS = RUNTIMES.flatMap((runtime) => [
  [runtime, "PUBLIC_ORIGIN", { PUBLIC_ORIGIN: "https://chat.example" }, {}] as const,
  [runtime, "a trusted proxy", { TRUSTED_PROXIES: "127.0.0.0/8,::1" }, FORWARDED] as const,
]);

describe.each(HTTPS_SETTINGS)(
  "the session cookie over HTTPS to %s, which is known from %s",
  (runtime, _, settings, forwarded) => {
    let stack: Stack;
    beforeAll(async () => {
      stack = await startStack("embedded", settings, { gatewayBy: await prepare(runtime) });
    });
    afterAll(() => stack[Symbol.asyncDispose]());

    const call = (path: string, init: RequestInit = {}) =>
      fetch(`${stack.url}/service/api${path}`, {
        ...init,
        headers: { "content-type": "application/json", ...forwarded, ...(init.headers as object) },
      });

    test("A session over HTTPS is kept in `__Host-token` from sign-in to sign-out", async () => {
      const body = JSON.stringify({ username: "ann", password: "otter-lamp-river" });
      const registered = await call("/register", { method: "POST", body });
      const [set] = registered.headers.getSetCookie();
      expect(set).toMatch(
        /^__Host-token=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      const [cookie = ""] = set?.split(";") ?? [];
      expect((await call("/profile", { headers: { cookie } })).status).toBe(200);

      const bare = cookie.replace("__Host-", "");
      expect((await call("/profile", { headers: { cookie: bare } })).status).toBe(401);

      const ownPage = { cookie, "sec-fetch-site": "same-origin" };
      const renewed = await call("/session", { method: "POST", headers: ownPage });
      expect(renewed.headers.getSetCookie()[0]).toStartWith("__Host-token=");
      const left = await call("/logout", { method: "POST", headers: ownPage });
      expect(left.headers.getSetCookie()).toEqual([
        "__Host-token=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax",
      ]);
      expect((await call("/profile", { headers: { cookie } })).status).toBe(401);
    });
  },
);

test.each(RUNTIMES)(
  "Over HTTP to %s the cookie is `token`, whatever the caller claims",
  async (runtime) => {
    await using stack = await startStack("embedded", {}, { gatewayBy: await prepare(runtime) });
    const response = await fetch(`${stack.url}/service/api/register`, {
      method: "POST",
      headers: { "content-type": "application/json", ...FORWARDED },
      body: JSON.stringify({ username: "ann", password: "otter-lamp-river" }),
    });
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^token=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  },
);
