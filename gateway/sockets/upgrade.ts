import { agreedSubprotocol, upgradeRequired } from "@parley/platform/handshake";
import { Refusal } from "@parley/platform/problem";
import type { Context } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import { rateLimitFields } from "../rate-limit/rate-limit.ts";

/**
 * Turns a request into a WebSocket, once the whole middleware let it pass.
 * @param isDraining whether the gateway is about to stop, and takes no new sockets.
 */
export function createUpgrade(isDraining: () => boolean) {
  return function upgrade(c: Context<GatewayEnv>): Response {
    const identity = c.get("identity");
    const requestId = c.get("requestId");
    if (!identity) throw new Refusal("unauthenticated");
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") return upgradeRequired();
    if (isDraining()) throw new Refusal("unavailable", undefined, { retryAfter: 1 });
    const upgraded = c.env.upgrade(c.req.raw, {
      data: { details: { token: identity.token, requestId } },
      headers: [
        ["x-request-id", requestId],
        ...agreedSubprotocol(c.req.header("sec-websocket-protocol")),
        ...rateLimitFields(c),
      ],
    });
    if (!upgraded) throw new Refusal("bad_request", "The WebSocket handshake is not complete.");
    return new Response(null, { status: 101 });
  };
}
