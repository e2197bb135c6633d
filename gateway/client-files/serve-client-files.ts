import { Refusal } from "@parley/platform/problem";
import type { Context } from "hono";
import { acceptsHtml } from "../access/authorise.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import type { ClientFile, ClientFiles } from "./client-files.ts";
import { chooseCoding } from "./content-coding.ts";

export type ClientServer = ReturnType<typeof createClientServer>;

/** Serves the built client: its files by their path, its page at every address that people visit. */
export function createClientServer({ page, files }: ClientFiles) {
  function servePage(c: Context<GatewayEnv>, status: 200 | 404 = 200): Response {
    if (page) return serve(c, page, status);
    throw new Refusal("unavailable", "The page is not built: run `bun start`, which builds it.");
  }

  return {
    page: (c: Context<GatewayEnv>) => servePage(c),

    /** Answers what nothing else did: with a file, with the page for a person who is lost, else with 404. */
    rest(c: Context<GatewayEnv>): Response {
      const { method, path } = c.req;
      const reads = method === "GET" || method === "HEAD";
      const file = reads ? files.get(path) : undefined;
      if (file) return serve(c, file, 200);
      const lost = reads && acceptsHtml(c.req.header("accept")) && isVisited(path);
      if (lost && page) return servePage(c, 404);
      throw new Refusal("not_found");
    },
  };
}

/** Programs alone call what lies under these, and read problems there. */
function isVisited(path: string): boolean {
  return !path.startsWith("/service/") && !path.startsWith("/assets/");
}

function serve(c: Context<GatewayEnv>, file: ClientFile, status: 200 | 404): Response {
  const coding = chooseCoding(c.req.header("accept-encoding"), (name) => file.coded.has(name));
  const body = (coding && file.coded.get(coding)) ?? file.plain;
  const etag = `"${file.etag}${coding ? `-${coding}` : ""}"`;
  const headers = new Headers({ etag, "cache-control": file.cacheControl });
  if (file.coded.size > 0) headers.set("vary", "accept-encoding");
  if (status === 200 && matches(c.req.header("if-none-match"), etag))
    return new Response(null, { status: 304, headers });
  headers.set("content-type", file.type);
  headers.set("content-length", String(body.byteLength));
  if (coding) headers.set("content-encoding", coding);
  return new Response(c.req.method === "HEAD" ? null : body, { status, headers });
}

/** Weak comparison, as `If-None-Match` wants it (RFC 9110, 13.1.2). */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}
