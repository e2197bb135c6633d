import { LINK_PATH, SOCKET_PATH } from "@parley/contracts/link";
import { SERVER_ROUTES } from "@parley/contracts/routes";
import type { Hook } from "@parley/platform/http/hooks";
import { methodLabel } from "@parley/platform/http/methods";
import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import type { Counter } from "prom-client";
import type { AppEnv } from "./env.ts";

const PATTERNS = new Set<string>([
  SOCKET_PATH,
  LINK_PATH,
  ...SERVER_ROUTES.map(({ pattern }) => pattern),
]);

/** Counts each request by method, route pattern and status. */
export const countRequest = (requests: Counter<"method" | "route" | "status">): Hook<AppEnv> =>
  function countRequest(c) {
    const method = methodLabel(c.req.method);
    requests.inc({ method, route: routeLabel(c), status: c.res.status });
  };

/** The pattern that a request matched, and not its path, so that the number of labels is bounded. */
export function routeLabel(c: Context): string {
  return matchedRoutes(c).find(({ path }) => PATTERNS.has(path))?.path ?? "unmatched";
}
