import { LINK_PATH, SOCKET_PATH } from "@parley/contracts/link";
import { logAccess, recordArrival } from "@parley/platform/http/access-log";
import { closeOnDrain } from "@parley/platform/http/close-on-drain";
import { withHooks } from "@parley/platform/http/hooks";
import { assignRequestId, setRequestIdHeader } from "@parley/platform/http/request-id";
import { assignTrace } from "@parley/platform/http/trace-context";
import type { Log } from "@parley/platform/process/log";
import { type Handler, Hono } from "hono";
import { authenticate } from "./http/authenticate.ts";
import { corsFor } from "./http/cors.ts";
import type { AppEnv } from "./http/env.ts";
import { createErrorHandler, createNotFound } from "./http/errors.ts";
import { limitBodies } from "./http/limit-bodies.ts";
import { setNoStore } from "./http/no-store.ts";
import { openApiDocument } from "./http/openapi.ts";
import { countRequest, routeLabel } from "./http/route-metrics.ts";
import { sendWhole } from "./http/send-whole.ts";
import type { ServerMetrics } from "./metrics.ts";
import type { SessionCookie } from "./sessions/session-cookie.ts";
import type { SessionStore } from "./sessions/session-store.ts";

export interface AppDeps {
  log: Log;
  metrics: ServerMetrics;
  sessions: SessionStore;
  cookie: SessionCookie;
  /** Origins, in addition to the server's own, whose pages may call with the cookie. */
  ownOrigins: readonly string[];
  corsOrigins: readonly string[];
  /** Whether the server is about to close its connections. */
  isClosing: () => boolean;
  /** The handlers of WebSocket handshakes: a client's own socket, and a gateway's link. */
  upgrades: Record<"client" | "link", Handler<AppEnv>>;
  health: Hono<AppEnv>;
  /** The routes of the API; the contract's table says which of them need a token. */
  routes: readonly Hono<AppEnv>[];
}

/** Creates the handler of all HTTP requests: the middleware pipeline, then the routes. */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  const { log, metrics, sessions } = deps;
  const count = (code: string) => metrics.errors.inc({ code });
  const app = new Hono<AppEnv>();
  app.use(
    withHooks<AppEnv>(
      [recordArrival, assignRequestId, assignTrace, sendWhole],
      [
        setRequestIdHeader,
        setNoStore,
        closeOnDrain(deps.isClosing),
        countRequest(metrics.requests),
        logAccess(log, (c) => ({ route: routeLabel(c), user: c.get("user")?.id })),
      ],
    ),
    corsFor(deps.corsOrigins),
  );
  app.onError(createErrorHandler({ log, count }));
  app.notFound(createNotFound({ count }));

  app.get(SOCKET_PATH, deps.upgrades.client);
  app.get(LINK_PATH, deps.upgrades.link);
  app.route("/service", deps.health);
  app.use(
    "/service/api/*",
    authenticate({ sessions, cookie: deps.cookie, origins: deps.ownOrigins }),
    limitBodies,
  );
  for (const routes of deps.routes) app.route("/service/api", routes);
  app.get("/service/api/openapi.json", openApiDocument(app));
  return app;
}
