import { expect, test } from "bun:test";
import type { RequestIdVariables } from "@parley/platform/http/request-id";
import { createLog } from "@parley/platform/process/log";
import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import { authenticate } from "./authenticate.ts";
import type { AppEnv } from "./env.ts";
import { createErrorHandler } from "./errors.ts";

const GOOD = {
  user: "u",
  sid: "s",
  role: "member" as const,
  expiresAt: new Date(),
};

const app = new Hono<AppEnv & { Variables: RequestIdVariables }>();
app.onError(createErrorHandler({ log: createLog("test", "silent"), count() {} }));
app.use(
  authenticate({
    sessions: { check: async (token) => (token === "good" ? GOOD : null) },
    cookie: { read: (c) => getCookie(c, "token") },
    origins: ["https://chat.example.org"],
  }),
);
app.all("/", (c) => c.json({ user: c.get("user"), sid: c.get("sid") }));

function call(method: string, headers: Record<string, string>) {
  return app.request("http://localhost:8081/", { method, headers });
}

test("A bearer token authenticates", async () => {
  const answer = await call("POST", { authorization: "Bearer good" });
  expect(await answer.json()).toEqual({ user: { id: "u", role: "member" }, sid: "s" });
});

test.each([
  {},
  { authorization: "Bearer bad" },
  { authorization: "Basic good" },
  { cookie: "token=bad" },
  { authorization: "Bearer bad", cookie: "token=good" },
])("The headers %j are refused with 401", async (headers) => {
  const answer = await call("GET", headers as Record<string, string>);
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toBe("Bearer");
});

test("A malformed Authorization header does not override a valid cookie", async () => {
  const answer = await call("GET", { authorization: "good", cookie: "token=good" });
  expect(answer.status).toBe(200);
});

test("The cookie alone allows a read", async () => {
  expect((await call("GET", { cookie: "token=good" })).status).toBe(200);
});

test.each([
  [{ origin: "http://localhost:8081" }, 200],
  [{ origin: "https://chat.example.org" }, 200],
  [{ "sec-fetch-site": "same-origin" }, 200],
  [{ origin: "http://localhost:8081", "sec-fetch-site": "same-origin" }, 200],
  [{ origin: "http://localhost:8081", "sec-fetch-site": "same-site" }, 403],
  [{ "sec-fetch-site": "none" }, 403],
  [{ origin: "https://evil.example" }, 403],
  [{ origin: "https://evil.example", "sec-fetch-site": "same-origin" }, 403],
  [{ origin: "null" }, 403],
  [{ "sec-fetch-site": "same-site" }, 403],
  [{ "sec-fetch-site": "cross-site" }, 403],
  [{}, 403],
])("A change with the cookie from %j answers %d", async (from, status) => {
  const answer = await call("POST", { cookie: "token=good", ...from } as Record<string, string>);
  expect(answer.status).toBe(status);
});

test("A change with a bearer token is allowed from any origin", async () => {
  const answer = await call("POST", {
    authorization: "Bearer good",
    origin: "https://elsewhere.example",
  });
  expect(answer.status).toBe(200);
});

test.each([
  [{ origin: "https://elsewhere.example" }, 403],
  [{ "sec-fetch-site": "cross-site" }, 403],
  [{ origin: "https://chat.example.org" }, 200],
  [{}, 200],
])("A change with a bearer token and the cookie from %j answers %d", async (from, status) => {
  const both = { authorization: "Bearer good", cookie: "token=good" };
  const answer = await call("POST", { ...both, ...from } as Record<string, string>);
  expect(answer.status).toBe(status);
});
