import { type Context, Hono } from "hono";
import pg from "pg";
import { SELECTS, showChat, showMessage, showUser } from "./raw-rows.ts";
import type { RawReadsConfig } from "./start-raw-reads.ts";

/**
 * The two limits for reads over HTTP, on bare Hono and Bun, without authentication, rights, checks or
 * logs: under `/constant` the answers that Parley gave, and under `/prepared` the same answers built
 * from the rows of two prepared selects.
 *
 * Takes a `RawReadsConfig` as JSON on stdin, and prints the port that it listens on.
 */
const { databaseUrl, viewer, session, avatars, answers }: RawReadsConfig = await Bun.stdin.json();
/** As many as Parley has for reads. */
const CONNECTIONS = 6;
const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

async function select(name: keyof typeof SELECTS, values: unknown[]) {
  return (await pool.query({ name, text: SELECTS[name], values })).rows;
}

async function usersById(ids: Iterable<string>) {
  const rows = await select("users", [[...new Set(ids)]]);
  return rows.map((row) => showUser(row, avatars[row.id]));
}

async function profile(c: Context) {
  const [sessions, users] = await Promise.all([select("session", [session]), usersById([viewer])]);
  if (sessions.length === 0) return c.notFound();
  return c.json(users[0]);
}

async function messages(c: Context) {
  const limit = Number(c.req.query("limit"));
  const rows = await select("messages", [c.req.query("chat"), viewer, limit + 1]);
  const page = rows.slice(0, limit).toReversed().map(showMessage);
  const users = await usersById(page.map(({ sender }) => sender));
  return c.json({ messages: page, hasMore: rows.length > limit, users });
}

async function bootstrap(c: Context) {
  const rows = await select("chats", [viewer]);
  const referred = rows.flatMap(({ peer, sender_id }) => [peer ?? [], sender_id ?? []].flat());
  const users = await usersById([viewer, ...referred]);
  const byId = new Map(users.map((user) => [user.id, user]));
  return c.json({
    me: byId.get(viewer),
    chats: rows.map((row) => showChat(row, byId.get(row.peer))),
    moreChats: false,
    users,
    blocks: [],
    serverTime: new Date(),
    version: "",
  });
}

const app = new Hono()
  .get("/prepared/service/api/profile", profile)
  .get("/prepared/service/api/messages", messages)
  .get("/prepared/service/api/bootstrap", bootstrap);
for (const [path, body] of Object.entries(answers))
  app.get(`/constant${path}`, (c) => c.body(body, 200, { "content-type": "application/json" }));
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: app.fetch });
console.log(server.port);
