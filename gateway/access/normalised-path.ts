import { isAmbiguousPath } from "@parley/contracts/ambiguous-path";
import type { Hook } from "@parley/platform/http/hooks";
import { Refusal } from "@parley/platform/http/problem";
import type { GatewayEnv } from "../gateway-env.ts";

/** Replaces the path of an invalid URL, as one with a broken `Host`; it is ambiguous, so it is refused. */
const INVALID_URL_PATH = "//";

/** The path that all decisions are made on and that is proxied: normalised (WHATWG URL, 4.4), so without dot segments. */
export function normalisedPath(request: Request): string {
  return URL.parse(request.url)?.pathname ?? INVALID_URL_PATH;
}

/** Refuses paths that the server could interpret differently, and a second `Host` (RFC 9112, 3.2). */
export const refuseAmbiguousPaths: Hook<GatewayEnv> = (c) => {
  if (isAmbiguousPath(c.req.path))
    throw new Refusal("bad_request", "The address of the request is ambiguous.");
  if (c.req.header("host")?.includes(","))
    throw new Refusal("bad_request", "The request names more than one host.");
};
