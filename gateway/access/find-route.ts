import { GATEWAY_ROUTES, type Route } from "@parley/contracts/routes";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";

/** What a request matched in the table of routes. */
export type MatchedRoute = Pick<
  Route,
  "pattern" | "access" | "limit" | "body" | "takesDeviceCookie"
>;

const UNMATCHED: MatchedRoute = {
  pattern: "unmatched",
  access: "protected",
  limit: "default",
  body: "json",
};

export type FindRoute = (method: string, path: string) => MatchedRoute;

/**
 * Finds the route of a request; GET stands for HEAD too.
 * @param publicFiles the paths of the page's files beside `/assets`: icons, manifest, service worker.
 */
export function createFindRoute(publicFiles: Iterable<string>): FindRoute {
  const router = new SmartRouter<MatchedRoute>({ routers: [new RegExpRouter(), new TrieRouter()] });
  for (const route of GATEWAY_ROUTES) router.add(route.method, route.pattern, route);
  for (const path of publicFiles)
    router.add("GET", path, { pattern: path, access: "public", limit: "none", body: "none" });
  return (method, path) =>
    router.match(method === "HEAD" ? "GET" : method, path)[0][0]?.[0] ?? UNMATCHED;
}

/** Whether the gateway passes requests for a path on to the server; the server's link, WebSockets and metrics are not for browsers. */
export function isProxiedPath(path: string): boolean {
  return isApiPath(path) || path === "/service/healthz" || path === "/service/readyz";
}

export function isApiPath(path: string): boolean {
  return path.startsWith("/service/api/");
}
