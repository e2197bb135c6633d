/**
 * Who may call a route. `public`: anyone. `page`: signed-in people; the gateway redirects others to
 * `/login`. `protected`: signed-in people; others get 401. `none`: nobody.
 */
export type Access = "public" | "page" | "protected" | "none";
/** Which rate limit counts a request; `none` for static files, health and metrics. */
export type LimitClass = "default" | "login" | "files" | "none";
/**
 * The kind of body of a request. It decides the size limit, and whether the gateway streams the body
 * (`gateway/proxy/request-body.ts`).
 */
export type BodyClass = "credentials" | "json" | "avatar" | "file" | "none";

interface RouteRules {
  /** At the gateway. Default: `protected`. */
  readonly access?: Access;
  /** At the server, where it differs from the gateway. */
  readonly serverAccess?: "public";
  /** Default: `default`. */
  readonly limit?: LimitClass;
  /** Default: `json` for POST, PUT and PATCH, otherwise `none`. */
  readonly body?: BodyClass;
  /** Whether the gateway passes the device cookie on, by which the server knows a browser. Default: no. */
  readonly takesDeviceCookie?: true;
}

/**
 * Every HTTP route of the gateway and the server, as `METHOD /path`: who may call it, which rate limit
 * counts it and which body it takes. GET includes HEAD. A path that is not here is `protected`.
 *
 * The server's addresses for WebSockets are in `link.ts`.
 */
const ROUTES = {
  "GET /": { access: "page" },
  "GET /login": { access: "public" },
  "GET /register": { access: "public" },
  "GET /chat/*": { access: "page" },
  "GET /settings/*": { access: "page" },
  "GET /assets/*": { access: "public", limit: "none" },
  "GET /ws": {},
  "GET /metrics": { access: "public", limit: "none" },
  "GET /healthz": { access: "public", limit: "none" },
  "GET /readyz": { access: "public", limit: "none" },

  "GET /service/healthz": { serverAccess: "public" },
  "GET /service/readyz": { serverAccess: "public" },
  "GET /service/metrics": { access: "none", serverAccess: "public" },

  "POST /service/api/register": { access: "public", limit: "login", body: "credentials" },
  "POST /service/api/login": {
    access: "public",
    limit: "login",
    body: "credentials",
    takesDeviceCookie: true,
  },
  "POST /service/api/logout": { body: "none" },
  "POST /service/api/session": { body: "none" },
  "GET /service/api/sessions": {},
  "DELETE /service/api/sessions/:id": {},
  "GET /service/api/bootstrap": {},
  "GET /service/api/profile": {},
  "PATCH /service/api/profile": {},
  "POST /service/api/profile/password": {},
  "PUT /service/api/profile/avatar": { body: "avatar" },
  "DELETE /service/api/profile/avatar": {},
  "GET /service/api/profile/:userId": {},
  "GET /service/api/users": {},
  "GET /service/api/chats": {},
  "POST /service/api/chats": {},
  "GET /service/api/chats/:id": {},
  "PATCH /service/api/chats/:id": {},
  "DELETE /service/api/chats/:id": {},
  "POST /service/api/chats/:id/join": { body: "none" },
  "POST /service/api/chats/:id/leave": { body: "none" },
  "POST /service/api/chats/:id/accept": { body: "none" },
  "POST /service/api/chats/:id/read": {},
  "GET /service/api/chats/:id/members": {},
  "PUT /service/api/chats/:id/members/:userId": {},
  "DELETE /service/api/chats/:id/members/:userId": {},
  "GET /service/api/messages": {},
  "POST /service/api/messages": {},
  "GET /service/api/messages/search": {},
  "PATCH /service/api/messages/:chat/:seq": {},
  "DELETE /service/api/messages/:chat/:seq": {},
  "PUT /service/api/messages/:chat/:seq/reactions/:emoji": { body: "none" },
  "DELETE /service/api/messages/:chat/:seq/reactions/:emoji": {},
  "GET /service/api/block": {},
  "POST /service/api/block": {},
  "DELETE /service/api/block/:userId": {},
  "GET /service/api/openapi.json": { access: "public" },
} as const satisfies Record<string, RouteRules>;

/** Routes of the contract that the server does not serve yet; the gateway applies their limits. */
const PLANNED_ROUTES = {
  "POST /service/api/files": { body: "file" },
  "GET /service/api/files/:id": { limit: "files" },
} as const satisfies Record<string, RouteRules>;

export type RouteKey = keyof typeof ROUTES;

export interface Route {
  readonly method: string;
  /** As in `/service/api/chats/:id`; the `route` label of metrics and log lines. */
  readonly pattern: string;
  readonly access: Access;
  readonly serverAccess: "public" | "protected";
  readonly limit: LimitClass;
  readonly body: BodyClass;
  readonly takesDeviceCookie?: true;
}

const METHODS_WITH_BODY = ["POST", "PUT", "PATCH"];

/** Fills in the defaults of a route. */
export function routeOf(key: RouteKey): Route {
  return completed([key, ROUTES[key]]);
}

function completed([key, rules]: [key: string, rules: RouteRules]): Route {
  const [method = "", pattern = ""] = key.split(" ");
  const { access = "protected", limit = "default" } = rules;
  return {
    method,
    pattern,
    access,
    serverAccess: rules.serverAccess ?? (access === "public" ? "public" : "protected"),
    limit,
    body: rules.body ?? (METHODS_WITH_BODY.includes(method) ? "json" : "none"),
    ...(rules.takesDeviceCookie && { takesDeviceCookie: true }),
  };
}

const SERVED_ROUTES = Object.entries(ROUTES).map(completed);

/** The routes of the server, in the order of the table. */
export const SERVER_ROUTES = SERVED_ROUTES.filter(({ pattern }) => isServerPath(pattern));

/** What the gateway knows: its own routes, and those of the server that it passes on. */
export const GATEWAY_ROUTES = [
  ...SERVED_ROUTES.filter(({ access }) => access !== "none"),
  ...Object.entries(PLANNED_ROUTES).map(completed),
];

function isServerPath(path: string): boolean {
  return path.startsWith("/service/");
}

/** The methods that the server has for a path, for `Allow` in a 405 (RFC 9110, 15.5.6). */
export function allowedMethods(path: string): string[] {
  return SERVER_ROUTES.filter(({ pattern }) => matches(pattern, path)).map(({ method }) => method);
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) =>
      part.startsWith(":") ? given[index] !== "" : part === given[index],
    )
  );
}
