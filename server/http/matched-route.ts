import { LINK_PATH, SOCKET_PATH } from "@parley/contracts/link";
import { type Route, SERVER_ROUTES } from "@parley/contracts/routes";
import type { Context, HonoRequest } from "hono";
import { matchedRoutes } from "hono/route";

const BY_PATTERN: ReadonlyMap<string, ReadonlyMap<string, Route>> = new Map(
  [...Map.groupBy(SERVER_ROUTES, ({ pattern }) => pattern as string)].map(([pattern, routes]) => [
    pattern,
    new Map(routes.map((route) => [route.method, route])),
  ]),
);
const PATTERNS = new Set([SOCKET_PATH, LINK_PATH, ...BY_PATTERN.keys()]);

/** Found once for each request, because several steps of a request ask. */
const patterns = new WeakMap<HonoRequest, string | undefined>();

/** The pattern of a known route that a request matched, if any. */
export function matchedPattern(c: Context): string | undefined {
  if (!patterns.has(c.req)) patterns.set(c.req, findPattern(c));
  return patterns.get(c.req);
}

function findPattern(c: Context): string | undefined {
  return matchedRoutes(c).find(({ path }) => PATTERNS.has(path))?.path;
}

/** The route of the contract's table that a request matched, if any. */
export function matchedRoute(c: Context): Route | undefined {
  const method = c.req.method === "HEAD" ? "GET" : c.req.method;
  return BY_PATTERN.get(matchedPattern(c) ?? "")?.get(method);
}
