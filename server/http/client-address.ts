import type { Context } from "hono";
import { getConnInfo } from "hono/bun";

/**
 * The browser's address, as the gateway tells it (it sets `X-Forwarded-For` anew), or else the peer's own.
 *
 * It is shown to the user alone, and decides nothing: a program that comes straight here may write what it likes.
 */
export function clientAddress(c: Context): string {
  const told = c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim();
  return (told || peerAddress(c)).replace(/^::ffff:/, "").slice(0, 45);
}

/** Hono's own way throws where no socket is behind the request. */
function peerAddress(c: Context): string {
  return c.env === undefined || !("requestIP" in Object(c.env.server ?? c.env))
    ? ""
    : (getConnInfo(c).remote.address ?? "");
}
