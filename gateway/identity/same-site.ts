import type { Hook } from "@parley/platform/http/hooks";
import { Refusal } from "@parley/platform/http/problem";
import { classifyOrigin, mayBeForged, type OriginHeaders } from "@parley/platform/http/same-origin";
import { sessionCookieName } from "@parley/platform/http/session-cookie";
import { getCookie } from "hono/cookie";
import type { GatewayEnv } from "../gateway-env.ts";
import type { Identity } from "./identify.ts";

export interface Asked extends OriginHeaders {
  readonly method: string;
  /** Whether a WebSocket is asked for: any page may open one, CORS does not hold it back. */
  readonly webSocket: boolean;
  readonly host: string | undefined;
  readonly publicOrigin: string | undefined;
  /** Whether it is known that the browser came by HTTPS. */
  readonly https: boolean;
  readonly carriesCookie: boolean;
  readonly signedInBy: Identity["by"] | undefined;
}

/** Tells a request that another site's page may have made in the user's name. */
export function isCrossSite(asked: Asked): boolean {
  const { method, webSocket, origin, carriesCookie } = asked;
  const isByCookie = asked.signedInBy === "cookie";
  const isOurs = (origin: string) => isOwnOrigin(origin, asked);
  if (webSocket) return origin === undefined ? isByCookie : !isOurs(origin);
  return carriesCookie && mayBeForged(method, () => classifyOrigin(asked, isOurs), isByCookie);
}

/** Refuses what another site's page may have asked for. */
export const refuseCrossSite = (publicOrigin: string | undefined): Hook<GatewayEnv> =>
  function refuseCrossSite(c) {
    const crossSite = isCrossSite({
      method: c.req.method,
      webSocket: c.get("route").pattern === "/ws",
      fetchSite: c.req.header("sec-fetch-site"),
      origin: c.req.header("origin"),
      host: c.req.header("host"),
      publicOrigin,
      https: c.get("https"),
      carriesCookie: getCookie(c, sessionCookieName(c.get("https"))) !== undefined,
      signedInBy: c.get("identity")?.by,
    });
    if (crossSite) throw new Refusal("cross_site");
  };

/**
 * Whether an origin is the one that browsers see us at: the configured one, or the request's own host,
 * by HTTPS where it is known that the browser came so. Where it is not, TLS may end at a proxy that
 * nobody told us of, and either scheme is ours.
 */
function isOwnOrigin(origin: string, { publicOrigin, host, https }: Asked): boolean {
  if (publicOrigin !== undefined) return origin === publicOrigin;
  const scheme = https ? "https:" : URL.parse(origin)?.protocol;
  return host !== undefined && URL.parse(`${scheme}//${host}`)?.origin === origin;
}
