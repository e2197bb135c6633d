import { logAccess, recordArrival } from "@parley/platform/http/access-log";
import { closeOnDrain } from "@parley/platform/http/close-on-drain";
import { guard, withHooks } from "@parley/platform/http/hooks";
import { problemResponse, Refusal } from "@parley/platform/http/problem";
import { assignRequestId, setRequestIdHeader } from "@parley/platform/http/request-id";
import { createScrapeHandler } from "@parley/platform/http/scrape-handler";
import type { VerifyToken } from "@parley/platform/http/token-verifier";
import { assignTrace } from "@parley/platform/http/trace-context";
import type { Log } from "@parley/platform/process/log";
import { type Context, type Handler, Hono } from "hono";
import type { Registry } from "prom-client";
import { authorize } from "./access/authorize.ts";
import { grantProblems } from "./access/cors.ts";
import { type FindRoute, isProxiedPath } from "./access/find-route.ts";
import { matchRoute } from "./access/match-route.ts";
import { normalisedPath, refuseAmbiguousPaths } from "./access/normalised-path.ts";
import { findCaller } from "./address/find-caller.ts";
import type { IsTrusted } from "./address/trusted-proxies.ts";
import type { ClientHandlers } from "./client-files/client-handlers.ts";
import { setSecurityHeaders } from "./client-files/security-headers.ts";
import type { ConfigurationWarnings } from "./configuration-warnings.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { refuseCrossSite } from "./identity/cross-site.ts";
import { identify } from "./identity/identify.ts";
import type { IsKnownBrowser } from "./identity/is-known-browser.ts";
import { countRequest, type GatewayMetrics } from "./metrics/gateway-metrics.ts";
import type { Traffic } from "./metrics/traffic.ts";
import { limitRegistrations } from "./rate-limit/limit-registrations.ts";
import { type CountedClass, rateLimit, setRateLimitHeaders } from "./rate-limit/rate-limit.ts";
import type { RateLimitStore } from "./rate-limit/rate-limit-store.ts";
import type { LimitKind } from "./sockets/connection-counts.ts";

export interface AppDeps {
  readonly log: Log;
  readonly registry: Registry;
  readonly metrics: GatewayMetrics;
  readonly traffic: Traffic;
  /** Makes the `user` label of a user ID in the metrics. */
  readonly showUser: (user: string) => string;
  readonly findRoute: FindRoute;
  readonly isTrusted: IsTrusted;
  readonly warnings: ConfigurationWarnings;
  readonly verify: VerifyToken;
  readonly isKnownBrowser: IsKnownBrowser;
  readonly stores: Readonly<Record<CountedClass | "registrations", RateLimitStore>>;
  readonly client: ClientHandlers;
  readonly proxy: Handler<GatewayEnv>;
  readonly upgrade: Handler<GatewayEnv>;
  readonly isReady: () => Promise<boolean>;
  /** Whether the gateway is about to stop. */
  readonly isDraining: () => boolean;
}

export interface AppOptions {
  readonly publicOrigin: string | undefined;
  /** Origins, beside the gateway's own, whose pages may call the API. */
  readonly corsOrigins: readonly string[];
  readonly metricsToken: string | undefined;
  /** Requests per second of one user or one address. */
  readonly limits: Readonly<Record<CountedClass, number>>;
  /** Requests per second of all signed-in users of one address. */
  readonly addressLimits: Readonly<Record<CountedClass, number>>;
  /** Accounts that one address may create in an hour. */
  readonly maxRegistrations: number;
}

export type GatewayApp = ReturnType<typeof createApp>;

/** Creates the app: the middleware and the routes of the gateway, in their order. */
export function createApp(deps: AppDeps, options: AppOptions) {
  const { publicOrigin, corsOrigins, metricsToken, limits, addressLimits } = options;
  const { log, metrics, stores, client, warnings } = deps;
  const onBlocked = (kind: LimitKind) => metrics.blocked.inc({ kind });
  const scrape = createScrapeHandler(deps.registry, { token: metricsToken });
  const app = new Hono<GatewayEnv>({ getPath: normalisedPath });

  app.use(
    withHooks<GatewayEnv>(
      [
        recordArrival,
        assignRequestId,
        assignTrace,
        findCaller(publicOrigin, deps.isTrusted, warnings.undeclaredProxy),
        matchRoute(deps.findRoute),
      ],
      [
        setRequestIdHeader,
        grantProblems(corsOrigins),
        setRateLimitHeaders,
        setSecurityHeaders,
        closeOnDrain(deps.isDraining),
        countRequest(metrics, deps.traffic.bytes.http, deps.showUser),
        logAccess(log, describeRequest),
      ],
    ),
    identify(deps.verify),
    rateLimit(stores, { limits, addressLimits, isKnownBrowser: deps.isKnownBrowser, onBlocked }),
    guard<GatewayEnv>(
      refuseAmbiguousPaths,
      refuseCrossSite({ publicOrigin, corsOrigins, onRefused: warnings.refusedOrigin }),
      authorize,
    ),
  );

  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    if (await deps.isReady()) return c.json({ status: "ok" });
    throw new Refusal("unavailable", undefined, { retryAfter: 1 });
  });
  app.get("/metrics", (c) => scrape(c.req.raw));
  app.get("/ws", deps.upgrade);
  app.post(
    "/service/api/register",
    limitRegistrations({
      limit: options.maxRegistrations,
      store: stores.registrations,
      onBlocked: () => onBlocked("ip"),
    }),
  );
  app.all("/service/*", (c, next) =>
    isProxiedPath(c.req.path) ? deps.proxy(c, next) : Promise.reject(new Refusal("not_found")),
  );
  for (const path of ["/", "/login", "/register", "/chat/*", "/settings/*"])
    app.get(path, client.page);
  app.all("*", client.fallback);

  app.onError((error, c) => {
    const refusal = error instanceof Refusal ? error : new Refusal("internal");
    if (error !== refusal)
      log.error({ err: error, requestId: c.get("requestId") }, "unhandled error");
    metrics.errors.inc({ code: refusal.code });
    return problemResponse(refusal);
  });
  return app;
}

/** Without the query and the headers, because both may hold secrets. */
function describeRequest(c: Context<GatewayEnv>) {
  return {
    route: c.get("route").pattern,
    user: c.get("identity")?.claims.sub,
    bytes: c.get("sentBytes"),
  };
}
