import { join } from "node:path";
import { LIMITS } from "@parley/contracts/limits";
import type { Rate } from "@parley/platform/async/token-bucket";
import type { Log } from "@parley/platform/process/log";
import { stopServer } from "@parley/platform/process/stop-server";
import { assembleApp, CLIENT_FOLDER, layGround } from "./assemble.ts";
import { createLink } from "./link/link.ts";
import { createTraffic } from "./metrics/traffic.ts";
import type { Settings } from "./settings.ts";
import type { BrowserSocketData } from "./sockets/browser-socket.ts";
import { BrowserSockets } from "./sockets/browser-sockets.ts";
import { createOpenConnections } from "./sockets/open-connections.ts";
import { createUpgrade } from "./sockets/upgrade.ts";

const ROOT = join(import.meta.dir, "..");
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
  {
    clientFolder = join(ROOT, CLIENT_FOLDER),
    heartbeat = LIMITS.heartbeatIntervalMs,
  }: GatewayOptions = {},
): Promise<Gateway> {
  await using stack = new AsyncDisposableStack();
  const ground = await layGround(settings, log, clientFolder);
  stack.use(ground.upstream);
  const traffic = createTraffic();
  let draining = false;
  const publish = (topic: string, payload: string) => {
    const readers = server.subscriberCount(topic);
    server.publish(topic, payload);
    return readers;
  };
  const sockets = stack.use(
    new BrowserSockets(publish, {
      heartbeat,
      frameRate: frameRate(settings),
      bytes: traffic.websocket,
    }),
  );
  const state = {
    openSockets: () => sockets.count,
    linkUp: () => link.isUp(),
    draining: () => draining,
    traffic,
  };
  const connections = createOpenConnections({
    perUser: settings.MAX_CONNECTIONS_PER_USER,
    perAddress: settings.MAX_CONNECTIONS_PER_IP,
  });
  const app = assembleApp(settings, ground, state, {
    upgrade: (onBlocked) => createUpgrade({ isDraining: () => draining, connections, onBlocked }),
  });
  const server = listen(settings, app.fetch, sockets.handlers);
  stack.defer(() => stopServer(server));
  const link = stack.use(createLink({ ...ground, end: sockets }, { heartbeat }));
  stack.defer(() => sockets.closeAll());
  stack.defer(async () => {
    draining = true;
    if (sockets.count > 0) await Bun.sleep(settings.DRAIN_MS);
  });

  const running = stack.move();
  return { url: server.url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function listen(
  { HOST, GATEWAY_PORT }: Settings,
  fetch: (request: Request, server: Server) => Response | Promise<Response>,
  websocket: Bun.WebSocketHandler<BrowserSocketData>,
): Server {
  return Bun.serve({
    hostname: HOST,
    port: GATEWAY_PORT,
    idleTimeout: IDLE_SECONDS,
    /** The proxy knows the limits, and says what was too large; Bun would say nothing. */
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    development: false,
    /** Without it Bun would share the port with another process, in silence. */
    reusePort: false,
    fetch: (request, server) => fetch(request, server),
    websocket,
  });
}

/** A quiet browser that comes back may send ten seconds' worth at once: a full outbox is no flood. */
function frameRate(settings: Settings): Rate {
  const perSecond =
    settings.RATE_LIMIT_FRAMES_RPS ?? FRAMES_PER_MESSAGE * settings.RATE_LIMIT_MESSAGES_RPS;
  return { perSecond, burst: 10 * perSecond };
}
