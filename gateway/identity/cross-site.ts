import type { Hook } from "@parley/platform/http/hooks";
import { Refusal } from "@parley/platform/http/problem";
import { classifyOrigin, mayBeForged, type OriginHeaders } from "@parley/platform/http/same-origin";
import { sessionCookieName } from "@parley/platform/http/session-cookie";
import { getCookie } from "hono/cookie";
import type { GatewayEnv } from "../gateway-env.ts";
import type { Identity } from "./identity.ts";

export interface RequestOriginFacts extends OriginHeaders {
  readonly method: string;
  /** Whether it is a WebSocket handshake, which any page may start: CORS does not apply to it. */
  readonly webSocket: boolean;
  readonly host: string | undefined;
  readonly publicOrigin: string | undefined;
  /** Whether the browser is known to use HTTPS. */
  readonly https: boolean;
  readonly carriesCookie: boolean;
  readonly signedInBy: Identity["by"] | undefined;
}

/** Whether another site's page may have sent the request in the user's name (OWASP ASVS 5.0, 3.5). */
export function isCrossSite(request: RequestOriginFacts): boolean {
  const { method, webSocket, origin, carriesCookie } = request;
  const isByCookie = request.signedInBy === "cookie";
  const isOurs = (origin: string) => isOwnOrigin(origin, request);
  if (webSocket) return origin === undefined ? isByCookie : !isOurs(origin);
  return carriesCookie && mayBeForged(method, () => classifyOrigin(request, isOurs), isByCookie);
}

/** Refuses requests that another site's page may have sent. */
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
 * Whether an origin is the gateway's: the configured one, or else the request's own host, with `https:`
 * where the browser is known to use HTTPS. Where that is unknown, both schemes are accepted, because TLS
 * may end at a proxy that is not configured as trusted.
 */
function isOwnOrigin(origin: string, { publicOrigin, host, https }: RequestOriginFacts): boolean {
  if (publicOrigin !== undefined) return origin === publicOrigin;
  const scheme = https ? "https:" : URL.parse(origin)?.protocol;
  return host !== undefined && URL.parse(`${scheme}//${host}`)?.origin === origin;
}
