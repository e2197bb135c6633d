import type { Hook } from "@parley/platform/http/hooks";
import type { GatewayEnv } from "../gateway-env.ts";

/** Only resources of this origin, and no inline script or style; `'self'` covers `/ws` too (CSP 3, 6.7.2.8). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const ALWAYS = Object.entries({
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
});

/** A year, for this host alone: a subdomain may be another service of the operator (RFC 6797). */
const HSTS = ["strict-transport-security", "max-age=31536000"] as const;

/** Adds the security headers to every response; a header that the server has set stays. */
export const setSecurityHeaders: Hook<GatewayEnv> = (c) => {
  const { headers } = c.res;
  for (const [name, value] of ALWAYS) if (!headers.has(name)) headers.set(name, value);
  if (c.get("https")) headers.set(...HSTS);
};
