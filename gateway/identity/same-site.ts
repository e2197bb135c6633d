import { Refusal } from "@parley/platform/problem";
import { createMiddleware } from "hono/factory";
import type { GatewayEnv } from "../gateway-env.ts";
import type { Identity } from "./identify.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

export interface Provenance {
  readonly method: string;
  /** Whether a WebSocket is asked for: any page may open one, CORS does not hold it back. */
  readonly webSocket: boolean;
  /** `Sec-Fetch-Site`, which scripts can't forge. */
  readonly fetchSite: string | undefined;
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly publicOrigin: string | undefined;
  /** Whether it is known that the browser came by HTTPS. */
  readonly https: boolean;
  readonly signedInBy: Identity["by"] | undefined;
}

/** Tells a request that another site's page may have made in the user's name (OWASP ASVS 5.0, 3.5). */
export function isCrossSite(request: Provenance): boolean {
  const { method, webSocket, fetchSite, origin, signedInBy } = request;
  if (webSocket)
    return origin === undefined ? signedInBy === "cookie" : !isOwnOrigin(origin, request);
  if (signedInBy !== "cookie" || SAFE_METHODS.has(method)) return false;
  if (fetchSite !== undefined) return fetchSite !== "same-origin" && fetchSite !== "none";
  return origin === undefined || !isOwnOrigin(origin, request);
}

/** Refuses what another site's page may have asked for. */
export const sameSite = (publicOrigin: string | undefined) =>
  createMiddleware<GatewayEnv>(async function sameSite(c, next) {
    const crossSite = isCrossSite({
      method: c.req.method,
      webSocket: c.get("route").pattern === "/ws",
      fetchSite: c.req.header("sec-fetch-site"),
      origin: c.req.header("origin"),
      host: c.req.header("host"),
      publicOrigin,
      https: c.get("https"),
      signedInBy: c.get("identity")?.by,
    });
    if (crossSite) throw new Refusal("cross_site");
    await next();
  });

/**
 * Whether an origin is the one that browsers see us at: the configured one, or the request's own host,
 * by HTTPS where it is known that the browser came so. Where it is not, TLS may end at a proxy that
 * nobody told us of, and either scheme is ours.
 */
function isOwnOrigin(origin: string, { publicOrigin, host, https }: Provenance): boolean {
  if (publicOrigin !== undefined) return origin === publicOrigin;
  const scheme = https ? "https:" : URL.parse(origin)?.protocol;
  return host !== undefined && URL.parse(`${scheme}//${host}`)?.origin === origin;
}
