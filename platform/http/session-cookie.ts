/**
 * The cookie in which a browser keeps its token. By the prefix a browser sees to it that this very
 * host set it, over HTTPS: no neighbour on a subdomain, and nobody on the way, can put a token of
 * theirs in its place (RFC 6265bis, 4.1.3.2). Plain HTTP has no such cookie.
 */
export function sessionCookieName(https: boolean): string {
  return https ? "__Host-token" : "token";
}
