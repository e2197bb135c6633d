import type { Hook } from "@parley/platform/http/hooks";
import type { GatewayEnv } from "../gateway-env.ts";
import { isApiPath } from "./find-route.ts";

const EXPOSED = "Retry-After, RateLimit, RateLimit-Policy, X-Request-Id";

/**
 * Lets pages of the listed origins read the gateway's own problems (Fetch Standard, 3.3). The server
 * sets the CORS headers of its own responses.
 */
export const grantProblems = (origins: readonly string[]): Hook<GatewayEnv> =>
  function grantProblems(c) {
    if (!c.error) return;
    const origin = c.req.header("origin");
    if (!origin || !origins.includes(origin) || !isApiPath(c.req.path)) return;
    c.res.headers.set("access-control-allow-origin", origin);
    c.res.headers.set("access-control-allow-credentials", "true");
    c.res.headers.set("access-control-expose-headers", EXPOSED);
    c.res.headers.append("vary", "Origin");
  };
