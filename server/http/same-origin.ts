interface Provenance {
  /** `Origin`: which page sent the request. */
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`: what the browser itself says of the page and the address. */
  readonly fetchSite: string | undefined;
}

/** What a request shows of where it comes from. */
export type Shown = "own" | "foreign" | "nothing";

/**
 * What `Origin` and the browser's own word show: ours only if nothing says otherwise. `Sec-Fetch-Site:
 * none` is no page's, but that of an address that was typed, and nobody types a change.
 */
export function shownOrigin({ origin, fetchSite }: Provenance, ours: readonly string[]): Shown {
  if (origin === undefined && fetchSite === undefined) return "nothing";
  const isOurs = origin === undefined || ours.includes(origin);
  return isOurs && (fetchSite ?? "same-origin") === "same-origin" ? "own" : "foreign";
}
