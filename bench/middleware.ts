import { createWriteStream } from "node:fs";
import { loadClientFiles } from "@parley/gateway/client-files/client-files";
import { createGatewayApp } from "@parley/gateway/gateway-app";
import type { GatewayEnv } from "@parley/gateway/gateway-env";
import { createTraffic } from "@parley/gateway/metrics/traffic";
import { createCircuit } from "@parley/gateway/proxy/circuit";
import { SETTINGS } from "@parley/gateway/settings";
import { type HookedMiddleware, withHooks } from "@parley/platform/http/hooks";
import { signToken } from "@parley/platform/http/token";
import { createLog } from "@parley/platform/process/log";
import { readSettings } from "@parley/platform/process/settings";
import { createUpstream } from "@parley/upstream";
import { type Handler, Hono } from "hono";

/** An address without a server: no request reaches the upstream. */
const NO_SERVER = "http://127.0.0.1:1";
const ROUNDS = 31;
const REQUESTS = 4_000;
const SECRET = "a secret of the benchmarks that is long enough";
const USER = "0197aaaa-0000-7000-8000-000000000001";
const SESSION = "0197bbbb-0000-7000-8000-000000000001";
/** Stands for Bun's server. */
const BINDINGS = {
  requestIP: () => ({ address: "127.0.0.1", family: "IPv4", port: 4_711 }) as const,
  upgrade: () => false,
};

/** Measures what each middleware of the gateway adds to a request without a network, in microseconds. */
export async function middleware(): Promise<void> {
  const stages = await stagesInOrder();
  const request = await createSignedRequest();
  const apps = [withAll([]), ...stages.map(({ middlewares }) => withAll(middlewares))];
  const times = apps.map(() => [] as number[]);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, app] of apps.entries()) times[index]?.push(await timed(app, request));
  let before = 0;
  for (const [index, list] of times.entries()) {
    const time = list.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
    const name = stages[index - 1]?.name ?? "Hono itself";
    console.log(`middleware, ${name}: ${(time - before).toFixed(2)} µs, sum ${time.toFixed(2)} µs`);
    before = time;
  }
}

type Middleware = Handler<GatewayEnv>;

interface Stage {
  /** The middleware that this stage adds to the one before. */
  readonly name: string;
  readonly middlewares: readonly Middleware[];
}

/** Builds a stage for each hook and middleware of the gateway's app, in their order; the log goes to `/dev/null`. */
async function stagesInOrder(): Promise<Stage[]> {
  const settings = readSettings(SETTINGS, { JWT_SECRET: SECRET, RATE_LIMIT_RPS: "1000000" });
  const app = createGatewayApp(
    settings,
    {
      log: createLog("gateway", "info", createWriteStream("/dev/null")),
      serverUrl: NO_SERVER,
      upstream: createUpstream(NO_SERVER),
      circuit: createCircuit(),
      secrets: [SECRET],
      clientFiles: await loadClientFiles("/nowhere"),
    },
    {
      end: {
        openSockets: () => 0,
        isLinkUp: () => true,
        isServerUp: () => true,
        createUpgrade: () => (c) => c.body(null),
      },
      traffic: createTraffic(),
      isDraining: () => false,
    },
  );
  const routes = app.routes.filter(({ method, path }) => method === "ALL" && path === "/*");
  const [outermost, ...inner] = routes.slice(0, -1).map(({ handler }) => handler as Middleware);
  const { before, after } = outermost as HookedMiddleware<GatewayEnv>;
  const hooks = [...before, ...after].map(({ name }, index) => ({
    name,
    middlewares: [
      withHooks(before.slice(0, index + 1), after.slice(0, Math.max(0, index + 1 - before.length))),
    ],
  }));
  const others = inner.map(({ name }, index) => ({
    name,
    middlewares: [withHooks(before, after), ...inner.slice(0, index + 1)],
  }));
  return [...hooks, ...others];
}

/** Builds an app with some of the middleware, and sets the variables that the rest would have set. */
function withAll(middlewares: readonly Middleware[]) {
  const app = new Hono<GatewayEnv>();
  app.use((c, next) => {
    c.set("arrivedAt", 0);
    c.set("requestId", "0197cccc-0000-7000-8000-000000000001");
    c.set("trace", { traceId: "0", spanId: "0", flags: "00", isContinued: false });
    c.set("route", {
      pattern: "/service/healthz",
      access: "protected",
      limit: "default",
      body: "none",
    });
    c.set("address", "127.0.0.1");
    c.set("https", false);
    c.set("identity", null);
    return next();
  });
  for (const middleware of middlewares) app.use(middleware);
  app.all("*", () => new Response('{"status":"ok"}', { headers: { "content-length": "15" } }));
  return app;
}

async function timed(app: Hono<GatewayEnv>, request: () => Request): Promise<number> {
  const requests = Array.from({ length: REQUESTS }, request);
  const start = performance.now();
  for (const each of requests) await app.fetch(each, BINDINGS);
  return ((performance.now() - start) / REQUESTS) * 1_000;
}

async function createSignedRequest(): Promise<() => Request> {
  const iat = Math.floor(Date.now() / 1_000);
  const token = await signToken({ sub: USER, sid: SESSION, iat, exp: iat + 3_600 }, SECRET);
  const headers = { host: "127.0.0.1", accept: "*/*", authorization: `Bearer ${token}` };
  return () => new Request("http://127.0.0.1/service/healthz", { headers });
}
