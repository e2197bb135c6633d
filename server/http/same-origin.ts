interface Provenance {
  /** `Origin`: which page sent the request. */
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`: what the browser itself says of the page and the address. */
  readonly fetchSite: string | undefined;
}

/**
 * Whether a request that carries a cookie comes from a page of ours: an `Origin` decides, without
 * one the browser's own word. A request that shows neither is refused, as OWASP's CSRF guide wants.
 */
export function isFromOurPage({ origin, fetchSite }: Provenance, ours: readonly string[]): boolean {
  if (origin !== undefined) return ours.includes(origin);
  return fetchSite === "same-origin" || fetchSite === "none";
}
