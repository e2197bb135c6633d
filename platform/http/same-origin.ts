/** Whether a request comes from a page of our own origin, of a foreign one, or of an unknown one. */
export type RequestOrigin = "own" | "foreign" | "unknown";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

export interface OriginHeaders {
  /** `Origin`: the origin of the page that sent the request. */
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`: the browser's statement on page and address, which no script can forge. */
  readonly fetchSite: string | undefined;
}

/**
 * Classifies a request by the two headers: it is `own` only if neither contradicts. `Sec-Fetch-Site: none`
 * counts as `foreign`, because it belongs to a typed address, and a typed address changes nothing.
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
 * Whether another site may have caused a request that carries the session's cookie (OWASP ASVS 5.0, 3.5).
 *
 * An unsafe request that is authenticated by the cookie must come from our own origin. One that carries
 * a token in a header beside the cookie may also be of unknown origin, as from a program with a cookie
 * jar: a page cannot send that header without its browser naming the origin.
 * @param classify is called only for unsafe methods, because most requests are safe.
 */
export function mayBeForged(
  method: string,
  classify: () => RequestOrigin,
  isSignedInByCookie: boolean,
): boolean {
  if (SAFE_METHODS.has(method)) return false;
  const origin = classify();
  return origin === "foreign" || (isSignedInByCookie && origin === "unknown");
}
