import { logAccess, recordArrival } from "@parley/platform/http/access-log";
import { guard, withHooks } from "@parley/platform/http/hooks";
import { problemResponse, Refusal } from "@parley/platform/http/problem";
import { assignRequestId, setRequestIdHeader } from "@parley/platform/http/request-id";
import { createScrapeHandler } from "@parley/platform/http/scrape-handler";
import { assignTrace } from "@parley/platform/http/trace-context";
import type { Log } from "@parley/platform/process/log";
import { type Context, type Handler, Hono } from "hono";
import type { Registry } from "prom-client";
import { authorise } from "./access/authorise.ts";
import { grantProblems } from "./access/cors.ts";
import { type FindRoute, isProxiedPath } from "./access/find-route.ts";
import { matchRoute } from "./access/match-route.ts";
import { plainPath, refuseAmbiguousPaths } from "./access/plain-path.ts";
import { findCaller } from "./address/find-caller.ts";
import type { IsTrusted } from "./address/trusted-proxies.ts";
import { securityHeaders } from "./client-files/security-headers.ts";
import type { ClientServer } from "./client-files/serve-client-files.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { identify } from "./identity/identify.ts";
import { refuseCrossSite } from "./identity/same-site.ts";
import type { VerifyToken } from "./identity/token-verifier.ts";
import { countRequest, type GatewayMetrics } from "./metrics/gateway-metrics.ts";
import type { Traffic } from "./metrics/traffic.ts";
import type { RateLimitStore } from "./rate-limit/bounded-store.ts";
import { type CountedClass, rateLimit, rateLimitHeaders } from "./rate-limit/rate-limit.ts";

export interface AppDeps {
  readonly log: Log;
  readonly registry: Registry;
  readonly metrics: GatewayMetrics;
  readonly traffic: Traffic;
  readonly findRoute: FindRoute;
  readonly isTrusted: IsTrusted;
  readonly verify: VerifyToken;
  readonly stores: Readonly<Record<CountedClass, RateLimitStore>>;
  readonly client: ClientServer;
  readonly proxy: Handler<GatewayEnv>;
  readonly upgrade: Handler<GatewayEnv>;
  readonly isReady: () => Promise<boolean>;
}

export interface AppOptions {
  readonly publicOrigin: string | undefined;
  /** Origins, beside our own, whose pages may call the API. */
  readonly corsOrigins: readonly string[];
  readonly metricsToken: string | undefined;
  /** Requests a second. */
  readonly limits: Readonly<Record<CountedClass, number>>;
}

/** All that the gateway does with a request, in its order. */
export function createApp(deps: AppDeps, options: AppOptions) {
  const { publicOrigin, corsOrigins, metricsToken, limits } = options;
  const { log, metrics, stores, client } = deps;
  const onBlocked = (kind: "ip" | "user") => metrics.blocked.inc({ kind });
  const scrape = createScrapeHandler(deps.registry, { token: metricsToken });
  const app = new Hono<GatewayEnv>({ getPath: plainPath });

  app.use(
    withHooks<GatewayEnv>(
      [
        recordArrival,
        assignRequestId,
        assignTrace,
        findCaller(publicOrigin, deps.isTrusted),
        matchRoute(deps.findRoute),
      ],
      [
        setRequestIdHeader,
        grantProblems(corsOrigins),
        rateLimitHeaders,
        securityHeaders,
        countRequest(metrics, deps.traffic.http),
        logAccess(log, describe),
      ],
    ),
    identify(deps.verify),
    rateLimit(stores, { limits, onBlocked }),
    guard<GatewayEnv>(refuseAmbiguousPaths, refuseCrossSite(publicOrigin), authorise),
  );

  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    if (await deps.isReady()) return c.json({ status: "ok" });
    throw new Refusal("unavailable", undefined, { retryAfter: 1 });
  });
  app.get("/metrics", (c) => scrape(c.req.raw));
  app.get("/ws", deps.upgrade);
  app.all("/service/*", (c, next) =>
    isProxiedPath(c.req.path) ? deps.proxy(c, next) : Promise.reject(new Refusal("not_found")),
  );
  for (const path of ["/", "/login", "/register", "/chat/*", "/settings/*"])
    app.get(path, client.page);
  app.all("*", client.rest);

  app.onError((error, c) => {
    const refusal = error instanceof Refusal ? error : new Refusal("internal");
    if (error !== refusal) log.error({ err: error, requestId: c.get("requestId") }, "unexpected");
    metrics.errors.inc({ code: refusal.code });
    return problemResponse(refusal);
  });
  return app;
}

/** Never the query or a header: both may hold what is no log's business. */
function describe(c: Context<GatewayEnv>) {
  return {
    route: c.get("route").pattern,
    user: c.get("identity")?.claims.sub,
    bytes: c.get("sent"),
  };
}
