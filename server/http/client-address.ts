import type { Context } from "hono";
import { getConnInfo } from "hono/bun";

/**
 * The client's address: the last entry of `X-Forwarded-For`, which the gateway sets, or else the peer's.
 *
 * The address is shown to the user, and failed sign-ins are counted by it. A client that connects
 * without the gateway can send any value, which is why only gateways may reach the server.
 */
export function clientAddress(c: Context): string {
  const forwarded = c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim();
  return (forwarded || peerAddress(c)).replace(/^::ffff:/, "").slice(0, 45);
}

/** `getConnInfo` throws for a request without a socket. */
function peerAddress(c: Context): string {
  return c.env === undefined || !("requestIP" in Object(c.env.server ?? c.env))
    ? ""
    : (getConnInfo(c).remote.address ?? "");
}
