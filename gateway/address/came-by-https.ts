import { createMiddleware } from "hono/factory";
import type { GatewayEnv } from "../gateway-env.ts";
import type { IsTrusted } from "./trusted-proxies.ts";

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

export const findScheme = (publicOrigin: string | undefined, isTrusted: IsTrusted) =>
  createMiddleware<GatewayEnv>(async function findScheme(c, next) {
    const proto = c.req.header("x-forwarded-proto");
    c.set("https", cameByHttps(publicOrigin, proto, isTrusted(c.get("peer"))));
    await next();
  });
