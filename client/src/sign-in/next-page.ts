const AFTER_SIGN_IN = "/chat";

/** Where to go after signing in: the `next` of the address, only when it is a path of this site. */
export function nextPage(search: string, origin: string): string {
  const next = new URLSearchParams(search).get("next");
  if (!next?.startsWith("/")) return AFTER_SIGN_IN;
  // `//host` and `/\host` start with a slash and still lead away: let the URL parser decide.
  const url = URL.canParse(next, origin) ? new URL(next, origin) : null;
  if (url?.origin !== origin) return AFTER_SIGN_IN;
  const signIn = url.pathname === "/login" || url.pathname === "/register";
  return signIn ? AFTER_SIGN_IN : url.pathname + url.search + url.hash;
}

/** The sign-in page that leads back to where one was. */
export function signInPage(path: string): string {
  return path.startsWith("/chat/") ? `/login?next=${encodeURIComponent(path)}` : "/login";
}
