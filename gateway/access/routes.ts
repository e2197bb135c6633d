import { SERVER_ROUTES } from "@parley/contracts/routes";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";

/** Who may call: everyone; who is signed in, or else is sent to `/login`; who is signed in, or else gets 401. */
export type Access = "public" | "page" | "protected";
/** Which limit counts a request; `none` for static files, health and metrics. */
export type LimitClass = "default" | "login" | "files" | "none";

export interface Route {
  /** The label of metrics and log lines. */
  readonly pattern: string;
  readonly access: Access;
  readonly limit: LimitClass;
}

type Row = readonly [method: string, pattern: string, access: Access, limit: LimitClass];

/**
 * Who may call what: "Access" of docs/protocol/http.md, line by line. The first line that fits
 * decides; GET stands for HEAD too. What no line names is protected.
 */
const ROUTES: readonly Row[] = [
  ["GET", "/login", "public", "default"],
  ["GET", "/register", "public", "default"],
  ["GET", "/metrics", "public", "none"],
  ["GET", "/healthz", "public", "none"],
  ["GET", "/readyz", "public", "none"],
  ["POST", "/service/api/login", "public", "login"],
  ["POST", "/service/api/register", "public", "login"],
  ["GET", "/assets/*", "public", "none"],
  ["GET", "/", "page", "default"],
  ["GET", "/chat/*", "page", "default"],
  ["GET", "/settings/*", "page", "default"],
  ["GET", "/ws", "protected", "default"],
  ["GET", "/service/api/files/*", "protected", "files"],
];

const UNMATCHED: Route = { pattern: "unmatched", access: "protected", limit: "default" };

export type FindRoute = (method: string, path: string) => Route;

/** @param publicFiles the paths of the built client's own top-level files: icons, manifest, service worker. */
export function createFindRoute(publicFiles: Iterable<string>): FindRoute {
  const router = new SmartRouter<Route>({ routers: [new RegExpRouter(), new TrieRouter()] });
  const rows = [...ROUTES, ...fileRows(publicFiles), ...serverRows()];
  for (const [method, pattern, access, limit] of rows)
    router.add(method, pattern, { pattern, access, limit });
  return (method, path) =>
    router.match(method === "HEAD" ? "GET" : method, path)[0][0]?.[0] ?? UNMATCHED;
}

/** Whether requests to a path are handed to the server; its link, its sockets and its metrics are not for browsers. */
export function isServerPath(path: string): boolean {
  return isApiPath(path) || path === "/service/healthz" || path === "/service/readyz";
}

export function isApiPath(path: string): boolean {
  return path.startsWith("/service/api/");
}

function fileRows(paths: Iterable<string>): Row[] {
  return Array.from(paths, (path) => ["GET", path, "public", "none"]);
}

function serverRows(): Row[] {
  return SERVER_ROUTES.filter(([, pattern]) => isServerPath(pattern)).map(([method, pattern]) => [
    method,
    pattern,
    "protected",
    "default",
  ]);
}
