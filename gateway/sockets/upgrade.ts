import { Refusal } from "@parley/platform/http/problem";
import { negotiateSubprotocol, upgradeRequiredResponse } from "@parley/platform/sockets/handshake";
import type { Context } from "hono";
import { addressBlock } from "../address/ip-address.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import { rateLimitFields } from "../rate-limit/rate-limit.ts";
import type { BrowserSocketData } from "./browser-socket.ts";
import type { OpenConnections } from "./open-connections.ts";

/** Seconds after which somebody may have left. */
const TRY_AGAIN = 5;

export interface UpgradeDeps {
  /** Whether the gateway is about to stop, and takes no new sockets. */
  readonly isDraining: () => boolean;
  readonly connections: OpenConnections;
  /** Called for each connection that is one too many, with whose limit it is. */
  readonly onBlocked: (kind: "user" | "ip") => void;
}

/** Turns a request into a WebSocket, once the whole middleware let it pass. */
export function createUpgrade({ isDraining, connections, onBlocked }: UpgradeDeps) {
  return function upgrade(c: Context<GatewayEnv>): Response {
    const identity = c.get("identity");
    if (!identity) throw new Refusal("unauthenticated");
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") return upgradeRequiredResponse();
    if (isDraining()) throw new Refusal("unavailable", undefined, { retryAfter: 1 });
    const headers = handshakeHeaders(c);
    const leave = takePlace(identity.claims.sub, c.get("address"));
    const details = { token: identity.token, requestId: c.get("requestId") };
    if (c.env.upgrade(c.req.raw, { data: { details, leave } satisfies BrowserSocketData, headers }))
      return new Response(null, { status: 101 });
    leave();
    throw new Refusal("bad_request", "The WebSocket handshake is not complete.");
  };

  function takePlace(user: string, address: string): () => void {
    const place = connections.take(user, addressBlock(address));
    if (typeof place === "function") return place;
    onBlocked(place);
    const whose = place === "user" ? "this account" : "this address";
    throw new Refusal("rate_limited", `Too many connections are open from ${whose}.`, {
      retryAfter: TRY_AGAIN,
    });
  }
}

function handshakeHeaders(c: Context<GatewayEnv>): [name: string, value: string][] {
  return [
    ["x-request-id", c.get("requestId")],
    ...negotiateSubprotocol(c.req.header("sec-websocket-protocol")),
    ...rateLimitFields(c),
  ];
}
