import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";

const PREFLIGHT_SECONDS = 600;

/** Grants CORS with credentials to the listed origins, and nothing to any other origin. */
export function corsFor(origins: readonly string[]): MiddlewareHandler {
  const granting = cors({
    origin: [...origins],
    credentials: true,
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: ["Authorization", "Content-Type", "X-Request-Id"],
    exposeHeaders: ["Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id"],
    maxAge: PREFLIGHT_SECONDS,
  });
  const refusing = cors({ origin: [], allowMethods: [] });
  return function corsFor(c, next) {
    // Where no origin is listed, no response depends on the origin.
    if (origins.length === 0 && c.req.method !== "OPTIONS") return next();
    const listed = origins.includes(c.req.header("origin") ?? "");
    return (listed ? granting : refusing)(c, next);
  };
}
