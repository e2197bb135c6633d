import type { Log } from "@parley/platform/process/log";
import { createRegistry } from "@parley/platform/process/metrics";
import { signingSecrets } from "@parley/platform/process/signing-secrets";
import type { Handler } from "hono";
import { createFindRoute } from "./access/find-route.ts";
import { createTrustedProxies } from "./address/trusted-proxies.ts";
import { createApp } from "./app.ts";
import { loadClientFiles, topLevelPaths } from "./client-files/client-files.ts";
import { createClientServer } from "./client-files/serve-client-files.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { createTokenVerifier } from "./identity/token-verifier.ts";
import { createGatewayMetrics, type Gauges } from "./metrics/gateway-metrics.ts";
import type { Traffic } from "./metrics/traffic.ts";
import { createCircuit } from "./proxy/circuit.ts";
import { createProxy } from "./proxy/proxy.ts";
import { createReadiness } from "./proxy/readiness.ts";
import { createTransfers } from "./proxy/transfers.ts";
import { createBoundedStore } from "./rate-limit/bounded-store.ts";
import { createGuardedStore, type WhenBroken } from "./rate-limit/guarded-store.ts";
import { WINDOW_MS } from "./rate-limit/rate-limit.ts";
import type { Settings } from "./settings.ts";
import { createUpstream } from "./upstream/upstream.ts";

/** Where the page lies, from the root of the repository. */
export const CLIENT_FOLDER = "client/dist";

/** What a gateway stands on, whatever runs it. */
export type Ground = Awaited<ReturnType<typeof layGround>>;

/** How the gateway is doing at the moment. */
export interface State extends Omit<Gauges, "circuitOpen"> {
  readonly draining: () => boolean;
  readonly traffic: Traffic;
}

/** What differs by what runs the gateway. */
export interface Runtime {
  /** Makes what answers `/ws`. @param onBlocked is told of each connection that is one too many, and by whose limit. */
  readonly upgrade: (onBlocked: (kind: "user" | "ip") => void) => Handler<GatewayEnv>;
}

/** Reads what the gateway needs from the disk: its secrets, and the page in `clientFolder`; and makes ready to reach the server. */
export async function layGround(settings: Settings, log: Log, clientFolder: string) {
  const clientFiles = await loadClientFiles(clientFolder);
  if (!clientFiles.page) log.warn({ clientFolder }, "the page is not built: answering with 503");
  const serverUrl = settings.SERVER_URL ?? `http://127.0.0.1:${settings.SERVER_PORT}`;
  return {
    log,
    clientFiles,
    secrets: signingSecrets(settings),
    serverUrl,
    upstream: createUpstream(serverUrl),
  };
}

/** Puts the HTTP half of the gateway together. */
export function assembleApp(settings: Settings, ground: Ground, state: State, runtime: Runtime) {
  const { log, upstream, secrets, clientFiles } = ground;
  const publicOrigin = settings.PUBLIC_ORIGIN;
  const registry = createRegistry();
  const circuit = createCircuit();
  const { traffic } = state;
  const gauges = { ...state, circuitOpen: circuit.isOpen };
  const metrics = createGatewayMetrics(registry, gauges, traffic);
  const onBlocked = (kind: "user" | "ip") => metrics.blocked.inc({ kind });
  const isServerReady = createReadiness(upstream);
  return createApp(
    {
      log,
      registry,
      metrics,
      traffic,
      findRoute: createFindRoute(topLevelPaths(clientFiles)),
      isTrusted: createTrustedProxies(settings.TRUSTED_PROXIES),
      verify: createTokenVerifier(secrets),
      stores: createStores((err) => {
        metrics.storeErrors.inc();
        log.error({ err }, "the rate limit does not count");
      }),
      client: createClientServer(clientFiles),
      proxy: createProxy(upstream, {
        publicOrigin,
        circuit,
        onFailure: (code) => metrics.upstreamErrors.inc({ code }),
        onBreak(code, requestId) {
          metrics.upstreamErrors.inc({ code });
          log.warn({ requestId, code }, "the server’s answer broke off");
        },
        onReceived: (bytes) => {
          traffic.http.in += bytes;
        },
        transfers: createTransfers(onBlocked),
      }),
      upgrade: runtime.upgrade(onBlocked),
      isReady: async () => !state.draining() && state.linkUp() && (await isServerReady()),
    },
    {
      publicOrigin,
      corsOrigins: settings.CORS_ORIGINS,
      metricsToken: settings.METRICS_TOKEN,
      limits: {
        default: settings.RATE_LIMIT_RPS,
        login: settings.RATE_LIMIT_RPS,
        files: settings.RATE_LIMIT_FILES_RPS,
      },
    },
  );
}

function createStores(onFailure: (error: unknown) => void) {
  const store = (whenBroken: WhenBroken) =>
    createGuardedStore(createBoundedStore({ windowMs: WINDOW_MS }), whenBroken, onFailure);
  return { default: store("let through"), login: store("refuse"), files: store("let through") };
}
