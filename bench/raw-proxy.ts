import { Hono } from "hono";
import { proxy } from "hono/proxy";

/**
 * The smallest proxy that Bun and Hono make, without authentication, limits or logs.
 * Its argument is the server's URL; it prints the port that it listens on.
 */
const [serverUrl] = process.argv.slice(2);
const app = new Hono().all("*", (c) =>
  proxy(`${serverUrl}${c.req.path}`, { raw: c.req.raw, redirect: "manual" }),
);
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: app.fetch });
console.log(server.port);
