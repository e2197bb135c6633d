import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "@parley/platform/process/log";
import { readSettings } from "@parley/platform/process/settings";
import { type RunningServer, startServer } from "../server.ts";
import { SETTINGS } from "../settings.ts";

setDefaultTimeout(60_000);

const LISTED = "https://app.example.org";

/** The running server, because its settings decide whose pages may use the cookie. */
let server: RunningServer;
let folder: string;
let token: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-cross-site-"));
  const settings = readSettings(SETTINGS, { DATA_DIR: folder, CORS_ORIGINS: LISTED });
  server = await startServer({ ...settings, SERVER_PORT: 0 }, createLog("test", "silent"));
  const answer = await call("/register", {}, { username: "ann", password: "otter-lamp-river" });
  ({ token } = (await answer.json()) as { token: string });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function call(path: string, headers: Record<string, string>, body: object): Promise<Response> {
  return fetch(new URL(`/service/api${path}`, server.url), {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

const makeChat = (headers: Record<string, string>) =>
  call("/chats", headers, { kind: "channel", name: "general" });

test("A listed CORS origin cannot change anything with the cookie", async () => {
  const answer = await makeChat({ cookie: `token=${token}`, origin: LISTED });
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ code: "cross_site" });
});

test("A listed CORS origin can change things with a bearer token", async () => {
  const answer = await makeChat({ authorization: `Bearer ${token}`, origin: LISTED });
  expect(answer.status).toBe(201);
  expect(answer.headers.get("access-control-allow-origin")).toBe(LISTED);
});

test("The server’s own page can change things with the cookie", async () => {
  const answer = await makeChat({ cookie: `token=${token}`, origin: server.url.origin });
  expect(answer.status).toBe(201);
});
