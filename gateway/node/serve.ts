import type { createServer, Server } from "node:http";
import { type HttpBindings, serve } from "@hono/node-server";
import { Refusal } from "@parley/platform/http/problem";
import type { Log } from "@parley/platform/process/log";
import { assembleApp, CLIENT_FOLDER, layGround } from "../assemble.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import { createTraffic } from "../metrics/traffic.ts";
import type { Settings } from "../settings.ts";
import { createStrictServer } from "./strict-server.ts";

/** Milliseconds that requests on their way get when the gateway stops. */
const GRACE = 5_000;
/**
 * Milliseconds that a head may take, as on Bun; and a whole request, for the largest file over a slow
 * line; and how often Node looks who has taken longer, every half a minute if nothing is said.
 */
const PATIENCE = {
  headersTimeout: 12_000,
  requestTimeout: 600_000,
  connectionsCheckingInterval: 1_000,
};
/** Milliseconds without a byte, either way, after which a connection is ended, as on Bun. */
const IDLE = 120_000;

export interface NodeGateway {
  readonly url: string;
  /** Lets requests end that are on their way, and then cuts off whoever is left. */
  stop(): Promise<void>;
}

/** Starts the HTTP half of the gateway on Node. */
export async function serveOnNode(settings: Settings, log: Log): Promise<NodeGateway> {
  const ground = await layGround(settings, log, CLIENT_FOLDER);
  let draining = false;
  const state = {
    openSockets: () => 0,
    // No link is wanted here, so none is missed.
    linkUp: () => true,
    draining: () => draining,
    traffic: createTraffic(),
  };
  const runtime = { upgrade: () => refuseSockets };
  const app = assembleApp(settings, ground, state, runtime);
  const { url, server } = await listen(settings, (request, env) =>
    app.fetch(request, bindings(env as HttpBindings)),
  );
  return {
    url,
    async stop() {
      draining = true;
      await close(server);
      ground.upstream[Symbol.dispose]();
    },
  };
}

function listen({ HOST, GATEWAY_PORT }: Settings, fetch: Parameters<typeof serve>[0]["fetch"]) {
  const { promise, resolve, reject } = Promise.withResolvers<{ url: string; server: Server }>();
  const options = {
    fetch,
    hostname: HOST,
    port: GATEWAY_PORT,
    serverOptions: PATIENCE,
    createServer: createStrictServer as typeof createServer,
  };
  const server = serve(options, ({ address, family, port }) => {
    const host = family === "IPv6" ? `[${address}]` : address;
    resolve({ url: `http://${host}:${port}/`, server });
  }) as Server;
  server.setTimeout(IDLE);
  server.once("error", reject);
  return promise;
}

/** What the app asks of Bun's server, as far as Node can tell it. */
function bindings({ incoming, outgoing }: HttpBindings): GatewayEnv["Bindings"] {
  const { remoteAddress: address = "", remotePort: port = 0, remoteFamily } = incoming.socket;
  const family = remoteFamily === "IPv6" ? "IPv6" : "IPv4";
  return {
    requestIP: () => ({ address, family, port }),
    upgrade: () => false,
    // The adapter would print the error of a stream.
    cutOff: () => outgoing.destroy(),
  };
}

function refuseSockets(): never {
  throw new Refusal(
    "not_implemented",
    "This gateway runs on Node, and serves no WebSockets: those need Bun.",
  );
}

function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE);
  return promise.finally(() => clearTimeout(timer));
}
