import { addressBlock } from "@parley/platform/http/ip-address";
import { Refusal } from "@parley/platform/http/problem";
import {
  answerHandshake,
  asksForWebSocket,
  type HandshakeHeaders,
} from "@parley/platform/sockets/handshake";
import type { Context } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import type { Identity } from "../identity/identity.ts";
import { rateLimitHeaders } from "../rate-limit/rate-limit.ts";
import type { BrowserSocketData } from "./browser-socket.ts";
import type { ConnectionCounts, LimitKind, PlaceResult } from "./connection-counts.ts";

const RETRY_AFTER_S = 5;

export interface UpgradeOptions {
  /** Whether the gateway is about to stop and accepts no new sockets. */
  readonly isDraining: () => boolean;
  /** Called for each connection that exceeds a limit. */
  readonly onBlocked: (kind: LimitKind) => void;
  /** Called for each handshake whose `Upgrade` a proxy has dropped. */
  readonly onDroppedUpgrade: () => void;
}

/** Turns a request that passed all middleware into a WebSocket. */
export function createUpgrade(
  connections: ConnectionCounts,
  { isDraining, onBlocked, onDroppedUpgrade }: UpgradeOptions,
) {
  return function upgrade(c: Context<GatewayEnv>): Response | Promise<Response> {
    const identity = c.get("identity");
    if (!identity) throw new Refusal("unauthenticated");
    // A proxy that drops `Upgrade`, which belongs to one hop, still passes the end-to-end headers on.
    const isHandshake = c.req.header("sec-websocket-key") !== undefined;
    if (isHandshake && !asksForWebSocket(c)) onDroppedUpgrade();
    return answerHandshake(c, {
      isDraining: isDraining(),
      upgrade(headers) {
        const place = connections.take(identity.claims.sub, addressBlock(c.get("address")));
        return place instanceof Promise
          ? place.then((result) => openSocket(c, identity, headers, result))
          : openSocket(c, identity, headers, place);
      },
    });
  };

  function openSocket(
    c: Context<GatewayEnv>,
    { token, claims }: Identity,
    headers: HandshakeHeaders,
    place: PlaceResult,
  ): boolean {
    if (typeof place !== "function") throw tooManyConnections(place);
    const details = { token, requestId: c.get("requestId") };
    const isOpen = c.env.upgrade(c.req.raw, {
      data: { details, user: claims.sub, release: place } satisfies BrowserSocketData,
      headers: [...headers, ...rateLimitHeaders(c)],
    });
    if (!isOpen) place();
    return isOpen;
  }

  function tooManyConnections(kind: LimitKind): Refusal {
    onBlocked(kind);
    const owner = kind === "user" ? "this account" : "this address";
    return new Refusal("rate_limited", `Too many connections are open from ${owner}.`, {
      retryAfter: RETRY_AFTER_S,
    });
  }
}
