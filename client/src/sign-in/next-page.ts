import { isAmbiguousPath } from "@parley/contracts/ambiguous-path";

const AFTER_SIGN_IN = "/chat";

/** The page after the sign-in: the `next` of the query if it is a path of this site, else the chats. */
export function nextPage(search: string, origin: string): string {
  const next = new URLSearchParams(search).get("next");
  if (!next?.startsWith("/")) return AFTER_SIGN_IN;
  // `//host` and `/\host` begin with a slash and are other sites: the URL parser decides.
  const url = URL.canParse(next, origin) ? new URL(next, origin) : null;
  // `/.//host` is a path of this site, and its normalised path `//host` an address of another.
  if (url?.origin !== origin || isAmbiguousPath(url.pathname)) return AFTER_SIGN_IN;
  const signIn = url.pathname === "/login" || url.pathname === "/register";
  return signIn ? AFTER_SIGN_IN : url.pathname + url.search + url.hash;
}

/** The sign-in page, which returns to `path` afterwards. */
export function signInPage(path: string): string {
  return path.startsWith("/chat/") ? `/login?next=${encodeURIComponent(path)}` : "/login";
}
