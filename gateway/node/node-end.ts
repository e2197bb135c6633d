import type { createServer, Server } from "node:http";
import { type HttpBindings, serve } from "@hono/node-server";
import { Refusal } from "@parley/platform/http/problem";
import type { Dependencies } from "../dependencies.ts";
import type { GatewayEnd } from "../gateway-end.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import type { Settings } from "../settings.ts";
import { createServerProbe } from "./server-probe.ts";
import { createStrictServer } from "./strict-server.ts";

/** How long requests in flight may take when the gateway stops. */
const STOP_TIMEOUT_MS = 5_000;
/** As on Bun. Node checks both timeouts each `connectionsCheckingInterval`, every 30 seconds by default. */
const SERVER_TIMEOUTS_MS = {
  headersTimeout: 12_000,
  /** For the largest file over a slow connection. */
  requestTimeout: 600_000,
  connectionsCheckingInterval: 1_000,
};
/** As on Bun: a connection without traffic is ended after this time. */
const IDLE_TIMEOUT_MS = 120_000;

/** Serves the HTTP half of the gateway on Node: without WebSockets, and so without a link. */
export function createNodeEnd(settings: Settings, { upstream }: Dependencies): GatewayEnd {
  let server: Server | null = null;
  return {
    openSockets: () => 0,
    isLinkUp: () => false,
    isServerUp: createServerProbe(upstream),
    createUpgrade: () => refuseSockets,
    async listen(fetch) {
      const listening = await listen(settings, (request, env) =>
        fetch(request, bindings(env as HttpBindings)),
      );
      server = listening.server;
      return listening.url;
    },
    async [Symbol.asyncDispose]() {
      if (server) await close(server);
    },
  };
}

function listen({ HOST, GATEWAY_PORT }: Settings, fetch: Parameters<typeof serve>[0]["fetch"]) {
  const { promise, resolve, reject } = Promise.withResolvers<{ url: URL; server: Server }>();
  const options = {
    fetch,
    hostname: HOST,
    port: GATEWAY_PORT,
    serverOptions: SERVER_TIMEOUTS_MS,
    createServer: createStrictServer as typeof createServer,
  };
  const server = serve(options, ({ address, family, port }) => {
    const host = family === "IPv6" ? `[${address}]` : address;
    resolve({ url: new URL(`http://${host}:${port}/`), server });
  }) as Server;
  server.setTimeout(IDLE_TIMEOUT_MS);
  server.once("error", reject);
  return promise;
}

/** The functions of Bun's server that the app uses, as far as Node has them. */
function bindings({ incoming, outgoing }: HttpBindings): GatewayEnv["Bindings"] {
  const { remoteAddress: address = "", remotePort: port = 0, remoteFamily } = incoming.socket;
  const family = remoteFamily === "IPv6" ? "IPv6" : "IPv4";
  return {
    requestIP: () => ({ address, family, port }),
    upgrade: () => false,
    // The adapter would print the error of a stream.
    destroyConnection: () => outgoing.destroy(),
    wholeBody(body, onSent) {
      if (onSent) outgoing.once("close", onSent);
      return body;
    },
  };
}

function refuseSockets(): never {
  throw new Refusal(
    "not_implemented",
    "This gateway runs on Node, and serves no WebSockets: those need Bun.",
  );
}

/** Lets requests in flight end, and destroys the connections that are left after {@link STOP_TIMEOUT_MS}. */
function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), STOP_TIMEOUT_MS);
  return promise.finally(() => clearTimeout(timer));
}
