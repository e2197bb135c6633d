import type { Hook } from "@parley/platform/http/hooks";
import { Refusal } from "@parley/platform/http/problem";
import type { GatewayEnv } from "../gateway-env.ts";

/** Slashes, backslashes and NUL in disguise, and empty segments: what two programs may read in two ways. */
const AMBIGUOUS = /\/\/|%(?:2f|5c|00)/i;

/** Stands for an address that can't be read, as one with a broken `Host`; refused like the others. */
const UNREADABLE = "//";

/**
 * The path that every decision is made on and that is proxied: normalised as URLs are (WHATWG URL,
 * 4.4), so that no dot segment is left in it.
 */
export function plainPath(request: Request): string {
  return URL.parse(request.url)?.pathname ?? UNREADABLE;
}

/** Refuses the paths that could mean something else to the server, and a second `Host` (RFC 9112, 3.2). */
export const refuseAmbiguousPaths: Hook<GatewayEnv> = (c) => {
  if (AMBIGUOUS.test(c.req.path))
    throw new Refusal("bad_request", "The address of the request is ambiguous.");
  if (c.req.header("host")?.includes(","))
    throw new Refusal("bad_request", "The request names more than one host.");
};
