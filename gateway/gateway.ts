import { join } from "node:path";
import { LIMITS } from "@parley/contracts/limits";
import type { Log } from "@parley/platform/log";
import { createRegistry } from "@parley/platform/metrics";
import { signingSecrets } from "@parley/platform/secret";
import { stopServer } from "@parley/platform/stop-server";
import type { Secrets } from "@parley/platform/token";
import { createFindRoute } from "./access/routes.ts";
import { createTrustedProxies } from "./address/trusted-proxies.ts";
import { createApp } from "./app.ts";
import { type ClientFiles, loadClientFiles, topLevelPaths } from "./client-files/client-files.ts";
import { createClientServer } from "./client-files/serve-client-files.ts";
import { createTokenVerifier } from "./identity/token-verifier.ts";
import { createLink } from "./link/link.ts";
import { createGatewayMetrics, type Gauges } from "./metrics/gateway-metrics.ts";
import { createReadiness } from "./metrics/readiness.ts";
import { createCircuit } from "./proxy/circuit.ts";
import { createProxy } from "./proxy/proxy.ts";
import { createBoundedStore } from "./rate-limit/bounded-store.ts";
import { createGuardedStore, type WhenBroken } from "./rate-limit/guarded-store.ts";
import { WINDOW_MS } from "./rate-limit/rate-limit.ts";
import type { Settings } from "./settings.ts";
import type { BrowserSocketData } from "./sockets/browser-socket.ts";
import { BrowserSockets } from "./sockets/browser-sockets.ts";
import type { FrameRate } from "./sockets/frame-budget.ts";
import { createOpenConnections } from "./sockets/open-connections.ts";
import { createUpgrade } from "./sockets/upgrade.ts";

const CLIENT_FOLDER = join(import.meta.dir, "../client/dist");
/** Seconds without a byte after which Bun ends a connection: longer than the server may think. */
const IDLE_SECONDS = 120;

/** Frames that a socket may send for each message that its user may: reading and typing are frames too. */
const FRAMES_PER_MESSAGE = 20;

type Server = Bun.Server<BrowserSocketData>;

export interface Gateway extends AsyncDisposable {
  readonly url: URL;
}

export interface GatewayOptions {
  readonly clientFolder?: string;
  /** Milliseconds between two pings, of browsers and of the link. */
  readonly heartbeat?: number;
}

/** Starts the gateway; disposing of it runs the start backwards. */
export async function startGateway(
  settings: Settings,
  log: Log,
  { clientFolder = CLIENT_FOLDER, heartbeat = LIMITS.heartbeat }: GatewayOptions = {},
): Promise<Gateway> {
  await using stack = new AsyncDisposableStack();
  const serverUrl = settings.SERVER_URL ?? `http://127.0.0.1:${settings.SERVER_PORT}`;
  const secrets = signingSecrets(settings);
  const clientFiles = await loadClientFiles(clientFolder);
  if (!clientFiles.page) log.warn({ clientFolder }, "the page is not built: answering with 503");

  let draining = false;
  const sockets = stack.use(
    new BrowserSockets((topic, payload) => server.publish(topic, payload), {
      heartbeat,
      frameRate: frameRate(settings),
    }),
  );
  const app = assembleApp(
    settings,
    { log, serverUrl, secrets, clientFiles },
    {
      openSockets: () => sockets.count,
      linkUp: () => link.isUp(),
      draining: () => draining,
    },
  );
  const server: Server = Bun.serve({
    hostname: settings.HOST,
    port: settings.GATEWAY_PORT,
    idleTimeout: IDLE_SECONDS,
    /** The proxy knows the limits, and says what was too large; Bun would say nothing. */
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    development: false,
    /** Without it Bun would share the port with another process, in silence. */
    reusePort: false,
    fetch: (request, server) => app.fetch(request, server),
    websocket: sockets.handlers,
  });
  stack.defer(() => stopServer(server));
  const link = stack.use(createLink({ serverUrl, secrets, end: sockets, log }, { heartbeat }));
  stack.defer(() => sockets.closeAll());
  stack.defer(async () => {
    draining = true;
    if (sockets.count > 0) await Bun.sleep(settings.DRAIN_MS);
  });

  const running = stack.move();
  return { url: server.url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

interface Ground {
  readonly log: Log;
  readonly serverUrl: string;
  readonly secrets: Secrets;
  readonly clientFiles: ClientFiles;
}

/** How the gateway is doing at the moment. */
interface State extends Omit<Gauges, "circuitOpen"> {
  readonly draining: () => boolean;
}

function assembleApp(settings: Settings, ground: Ground, state: State) {
  const { log, serverUrl, secrets, clientFiles } = ground;
  const publicOrigin = settings.PUBLIC_ORIGIN;
  const registry = createRegistry();
  const circuit = createCircuit();
  const metrics = createGatewayMetrics(registry, { ...state, circuitOpen: circuit.isOpen });
  const countFailure = (err: unknown) => {
    metrics.storeErrors.inc();
    log.error({ err }, "the rate limit does not count");
  };
  const isServerReady = createReadiness(serverUrl);
  return createApp(
    {
      log,
      registry,
      metrics,
      findRoute: createFindRoute(topLevelPaths(clientFiles)),
      isTrusted: createTrustedProxies(settings.TRUSTED_PROXIES),
      verify: createTokenVerifier(secrets),
      stores: {
        default: createStore("let through", countFailure),
        login: createStore("refuse", countFailure),
        files: createStore("let through", countFailure),
      },
      client: createClientServer(clientFiles),
      proxy: createProxy(serverUrl, {
        publicOrigin,
        circuit,
        onFailure: (code) => metrics.upstreamErrors.inc({ code }),
        onReceived: (bytes) => metrics.bytes.inc({ direction: "in" }, bytes),
      }),
      upgrade: createUpgrade({
        isDraining: state.draining,
        connections: createOpenConnections({
          perUser: settings.MAX_CONNECTIONS_PER_USER,
          perAddress: settings.MAX_CONNECTIONS_PER_IP,
        }),
        onBlocked: (kind) => metrics.blocked.inc({ kind }),
      }),
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

/** A quiet browser that comes back may send ten seconds' worth at once: a full outbox is no flood. */
function frameRate(settings: Settings): FrameRate {
  const perSecond =
    settings.RATE_LIMIT_FRAMES_RPS ?? FRAMES_PER_MESSAGE * settings.RATE_LIMIT_MESSAGES_RPS;
  return { perSecond, burst: 10 * perSecond };
}

function createStore(whenBroken: WhenBroken, onFailure: (error: unknown) => void) {
  return createGuardedStore(createBoundedStore({ windowMs: WINDOW_MS }), whenBroken, onFailure);
}
