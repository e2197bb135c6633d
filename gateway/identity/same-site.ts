import { Refusal } from "@parley/platform/problem";
import { sessionCookieName } from "@parley/platform/session-cookie";
import type { Step } from "@parley/platform/steps";
import { getCookie } from "hono/cookie";
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
  readonly carriesCookie: boolean;
  readonly signedInBy: Identity["by"] | undefined;
}

/**
 * Tells a request that another site's page may have made in the user's name (OWASP ASVS 5.0, 3.5).
 *
 * A change that the cookie signs in has to show our own origin. One that carries the cookie beside a
 * good header may also say nothing, as a program with a cookie jar does: no page can send that header
 * without its browser saying where from.
 */
export function isCrossSite(request: Provenance): boolean {
  const { method, webSocket, origin, carriesCookie, signedInBy } = request;
  if (webSocket)
    return origin === undefined ? signedInBy === "cookie" : !isOwnOrigin(origin, request);
  if (!carriesCookie || SAFE_METHODS.has(method)) return false;
  const shown = shownOrigins(request);
  return shown.includes("foreign") || (signedInBy === "cookie" && shown.length === 0);
}

/** What each of the two headers shows, where it is there. Only `same-origin` is the same: `none` is for addresses that were typed. */
function shownOrigins(request: Provenance): ("own" | "foreign")[] {
  const { origin, fetchSite } = request;
  const shown = [];
  if (origin !== undefined) shown.push(isOwnOrigin(origin, request));
  if (fetchSite !== undefined) shown.push(fetchSite === "same-origin");
  return shown.map((own) => (own ? "own" : "foreign"));
}

/** Refuses what another site's page may have asked for. */
export const refuseCrossSite = (publicOrigin: string | undefined): Step<GatewayEnv> =>
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
function isOwnOrigin(origin: string, { publicOrigin, host, https }: Provenance): boolean {
  if (publicOrigin !== undefined) return origin === publicOrigin;
  const scheme = https ? "https:" : URL.parse(origin)?.protocol;
  return host !== undefined && URL.parse(`${scheme}//${host}`)?.origin === origin;
}
