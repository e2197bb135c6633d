/**
 * Whether the browser uses HTTPS: by the configured origin, or else by a trusted proxy's
 * `X-Forwarded-Proto`, whose first value is the browser's.
 */
export function isHttps(
  publicOrigin: string | undefined,
  forwardedProto: string | undefined,
  isFromTrustedProxy: boolean,
): boolean {
  if (publicOrigin !== undefined) return publicOrigin.startsWith("https:");
  return isFromTrustedProxy && /^\s*https\s*(?:,|$)/i.test(forwardedProto ?? "");
}
