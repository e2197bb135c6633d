import type { Hook } from "@parley/platform/http/hooks";
import { methodLabel } from "@parley/platform/http/methods";
import type { Context } from "hono";
import type { Counter } from "prom-client";
import type { AppEnv } from "./env.ts";
import { matchedPattern } from "./matched-route.ts";

/** Counts each request by method, route pattern and status. */
export const countRequest = (requests: Counter<"method" | "route" | "status">): Hook<AppEnv> =>
  function countRequest(c) {
    const method = methodLabel(c.req.method);
    requests.inc({ method, route: routeLabel(c), status: c.res.status });
  };

/** The pattern that a request matched, and not its path, so that the number of labels is bounded. */
export function routeLabel(c: Context): string {
  return matchedPattern(c) ?? "unmatched";
}
