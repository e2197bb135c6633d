import { type Route, SERVER_ROUTES } from "@parley/contracts/routes";
import type { Context } from "hono";
import { matchedRoutes } from "hono/route";

const BY_KEY = new Map(SERVER_ROUTES.map((route) => [`${route.method} ${route.pattern}`, route]));

/** The route of the contract's table that a request matched, if any. */
export function matchedRoute(c: Context): Route | undefined {
  const method = c.req.method === "HEAD" ? "GET" : c.req.method;
  for (const { path } of matchedRoutes(c)) {
    const route = BY_KEY.get(`${method} ${path}`);
    if (route) return route;
  }
  return undefined;
}
