/**
 * The name of the cookie that holds a browser's token. The prefix `__Host-` guarantees that this very
 * host set the cookie over HTTPS, so that neither a subdomain nor an attacker on the network can replace
 * the token (RFC 6265bis, 4.1.3.2). Browsers reject the prefix over plain HTTP.
 */
export function sessionCookieName(https: boolean): string {
  return https ? "__Host-token" : "token";
}
