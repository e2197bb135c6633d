/** What a request shows of the page behind it. */
export type RequestOrigin = "own" | "foreign" | "unknown";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

export interface OriginHeaders {
  /** `Origin`: which page sent the request. */
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, which no script can forge: what the browser says of the page and the address. */
  readonly fetchSite: string | undefined;
}

/**
 * What the two headers show: ours only if neither says otherwise. `Sec-Fetch-Site: none` is no page's,
 * but that of an address that was typed, and nobody types a change.
 */
export function classifyOrigin(
  { origin, fetchSite }: OriginHeaders,
  isOurs: (origin: string) => boolean,
): RequestOrigin {
  if (origin === undefined && fetchSite === undefined) return "unknown";
  const isOwn = origin === undefined || isOurs(origin);
  return isOwn && (fetchSite ?? "same-origin") === "same-origin" ? "own" : "foreign";
}

/**
 * Whether a request that carries the session's cookie may be another site's doing (OWASP ASVS 5.0, 3.5).
 *
 * A change that the cookie signs in has to show our own origin. One that carries the cookie beside a
 * token in a header may also show nothing, as a program with a cookie jar does: no page can send that
 * header without its browser saying where from.
 * @param show looked at only where it matters: most requests change nothing.
 */
export function mayBeForged(
  method: string,
  show: () => RequestOrigin,
  isSignedInByCookie: boolean,
): boolean {
  if (SAFE_METHODS.has(method)) return false;
  const shown = show();
  return shown === "foreign" || (isSignedInByCookie && shown === "unknown");
}
