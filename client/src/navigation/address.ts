import { createSignal } from "solid-js";

/** The part of an address that decides what the page shows. */
export interface Address {
  readonly path: string;
  /** The query with its `?`, or an empty string. */
  readonly search: string;
}

/** The props of each page: the address that it shows. */
export interface PageProps {
  address: Address;
}

const [address, setAddress] = createSignal(current(), { equals: isSame });

/** The address of the window; reactive. */
export { address };

globalThis.addEventListener("popstate", () => setAddress(current()));

/** @param options.replace whether the new address takes the place of the present one in the history. */
export function navigate(href: string, options: { replace?: boolean } = {}): void {
  // As browsers do, a press on a link to the present address adds nothing to the history.
  const isHere = href === location.pathname + location.search;
  if (options.replace || isHere) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  window.scrollTo(0, 0);
  setAddress(current());
}

function current(): Address {
  return { path: location.pathname, search: location.search };
}

function isSame(one: Address, other: Address): boolean {
  return one.path === other.path && one.search === other.search;
}
