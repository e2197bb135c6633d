import { LIMITS } from "@parley/contracts/limits";
import type { Rate } from "@parley/platform/async/token-bucket";
import { stopServer } from "@parley/platform/process/stop-server";
import type { Dependencies } from "../dependencies.ts";
import type { GatewayEnd } from "../gateway-end.ts";
import { createLink, type Link } from "../link/link.ts";
import type { Traffic } from "../metrics/traffic.ts";
import type { Settings } from "../settings.ts";
import type { BrowserSocketData } from "../sockets/browser-socket.ts";
import { BrowserSockets } from "../sockets/browser-sockets.ts";
import { createInProcessConnectionCounts } from "../sockets/in-process-connection-counts.ts";
import { createUpgrade } from "../sockets/upgrade.ts";

/** Bun ends a connection without traffic after this time: longer than the server may take for a response. */
const IDLE_TIMEOUT_S = 120;
/** Frames that a socket may send for each message that its user may send: reading and typing are frames too. */
const FRAMES_PER_MESSAGE = 20;

type Server = Bun.Server<BrowserSocketData>;

export interface BunEndOptions {
  /** Milliseconds between two pings, of browsers and of the link. */
  readonly heartbeatMs?: number;
}

/** Serves the whole gateway on Bun: HTTP, the browsers' WebSockets, and the link to the server. */
export function createBunEnd(
  settings: Settings,
  deps: Dependencies,
  traffic: Traffic,
  { heartbeatMs = LIMITS.heartbeatIntervalMs }: BunEndOptions = {},
): GatewayEnd {
  const stack = new AsyncDisposableStack();
  let server: Server | null = null;
  let link: Link | null = null;
  const sockets = stack.use(
    new BrowserSockets(publish, {
      heartbeatMs,
      frameRate: frameRate(settings),
      bytes: traffic.bytes.websocket,
      overload: traffic.overload,
    }),
  );
  const connections = createInProcessConnectionCounts({
    perUser: settings.MAX_CONNECTIONS_PER_USER,
    perAddress: settings.MAX_CONNECTIONS_PER_IP,
  });

  function publish(topic: string, payload: string): number {
    const readers = server?.subscriberCount(topic) ?? 0;
    server?.publish(topic, payload);
    return readers;
  }

  const isLinkUp = () => link?.isUp() === true;

  return {
    openSockets: () => sockets.count,
    isLinkUp,
    isServerUp: isLinkUp,
    createUpgrade: (options) => createUpgrade(connections, options),
    listen(fetch) {
      const listening = serve(settings, fetch, sockets.handlers);
      server = listening;
      stack.defer(() => stopServer(listening));
      link = stack.use(createLink({ ...deps, listener: sockets }, { heartbeatMs }));
      stack.defer(() => sockets.closeAll());
      return listening.url;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function serve(
  { HOST, GATEWAY_PORT }: Settings,
  fetch: (request: Request, server: Server) => Response | Promise<Response>,
  websocket: Bun.WebSocketHandler<BrowserSocketData>,
): Server {
  return Bun.serve({
    hostname: HOST,
    port: GATEWAY_PORT,
    idleTimeout: IDLE_TIMEOUT_S,
    // The proxy checks the limits and says which one was exceeded; Bun would say nothing.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    development: false,
    // Bun would silently share the port with another process otherwise.
    reusePort: false,
    fetch: (request, server) => fetch(request, server),
    websocket,
  });
}

/** The burst is ten seconds of the rate, because a browser that reconnects sends its whole outbox at once. */
function frameRate(settings: Settings): Rate {
  const perSecond =
    settings.RATE_LIMIT_FRAMES_RPS ?? FRAMES_PER_MESSAGE * settings.RATE_LIMIT_MESSAGES_RPS;
  return { perSecond, burst: 10 * perSecond };
}
