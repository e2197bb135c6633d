import type { Hook } from "@parley/platform/http/hooks";
import { Refusal } from "@parley/platform/http/problem";
import { classifyOrigin, mayBeForged, type OriginHeaders } from "@parley/platform/http/same-origin";
import { sessionCookieName } from "@parley/platform/http/session-cookie";
import { asksForWebSocket } from "@parley/platform/sockets/handshake";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { GatewayEnv } from "../gateway-env.ts";
import type { Identity } from "./identity.ts";

export interface RequestOriginFacts extends OriginHeaders {
  readonly method: string;
  readonly target: RequestTarget;
  readonly host: string | undefined;
  readonly publicOrigin: string | undefined;
  /** Origins, beside the gateway's own, whose pages may sign in. */
  readonly corsOrigins: readonly string[];
  /** Whether the browser is known to use HTTPS. */
  readonly https: boolean;
  readonly carriesCookie: boolean;
  readonly signedInBy: Identity["by"] | undefined;
}

/**
 * What a request is for: a WebSocket handshake, which any page may start, because CORS does not apply to
 * it; the address of the WebSocket without a handshake; a route that signs in and sets the cookie; any
 * other route.
 */
export type RequestTarget = "handshake" | "socket_address" | "sign_in" | "other";

/** Whether another site's page may have sent the request in the user's name (OWASP ASVS 5.0, 3.5). */
export function isCrossSite(request: RequestOriginFacts): boolean {
  const { method, origin, signedInBy, carriesCookie } = request;
  const isByCookie = signedInBy === "cookie";
  const isOurs = (origin: string) => isOwnOrigin(origin, request);
  switch (request.target) {
    case "handshake":
      return origin === undefined ? isByCookie : !isOurs(origin);
    case "socket_address":
      return origin !== undefined && !isOurs(origin);
    case "sign_in":
      return (
        !isListed(request) && mayBeForged(method, () => classifyOrigin(request, isOurs), false)
      );
    case "other":
      return (
        carriesCookie && mayBeForged(method, () => classifyOrigin(request, isOurs), isByCookie)
      );
  }
}

export interface CrossSiteOptions {
  readonly publicOrigin: string | undefined;
  readonly corsOrigins: readonly string[];
  /** Called with the `Origin` of a refused request that has one. */
  readonly onRefused: (origin: string) => void;
}

/** Refuses requests that another site's page may have sent. */
export const refuseCrossSite = ({
  publicOrigin,
  corsOrigins,
  onRefused,
}: CrossSiteOptions): Hook<GatewayEnv> =>
  function refuseCrossSite(c) {
    const target = targetOf(c);
    const origin =
      c.req.header("origin") ?? (target === "socket_address" ? referrer(c) : undefined);
    const crossSite = isCrossSite({
      method: c.req.method,
      target,
      fetchSite: c.req.header("sec-fetch-site"),
      origin,
      host: c.req.header("host"),
      publicOrigin,
      corsOrigins,
      https: c.get("https"),
      carriesCookie: getCookie(c, sessionCookieName(c.get("https"))) !== undefined,
      signedInBy: c.get("identity")?.by,
    });
    if (!crossSite) return;
    if (origin !== undefined) onRefused(origin);
    throw new Refusal("cross_site", "The request does not come from Parley's own origin.");
  };

function targetOf(c: Context<GatewayEnv>): RequestTarget {
  const { pattern, limit } = c.get("route");
  if (pattern === "/ws") return asksForWebSocket(c) ? "handshake" : "socket_address";
  return limit === "login" ? "sign_in" : "other";
}

/** The origin of the page that asks, which a browser names in no other way in a GET of its own origin. */
function referrer(c: Context<GatewayEnv>): string | undefined {
  return URL.parse(c.req.header("referer") ?? "")?.origin;
}

/** `Sec-Fetch-Site` of a listed origin is `cross-site`. */
function isListed({ origin, corsOrigins }: RequestOriginFacts): boolean {
  return origin !== undefined && corsOrigins.includes(origin);
}

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
