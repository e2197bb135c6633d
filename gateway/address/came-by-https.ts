/**
 * Whether the browser came by HTTPS: the configured origin says so, or else the proxy before us,
 * where it is a trusted one. Of several words in `X-Forwarded-Proto` the first is the browser's.
 */
export function cameByHttps(
  publicOrigin: string | undefined,
  forwardedProto: string | undefined,
  isFromProxy: boolean,
): boolean {
  if (publicOrigin !== undefined) return publicOrigin.startsWith("https:");
  return isFromProxy && /^\s*https\s*(?:,|$)/i.test(forwardedProto ?? "");
}
