import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";

const PREFLIGHT_SECONDS = 600;

/** Answers CORS for the listed origins, with credentials; any other origin is granted nothing. */
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
    const listed = origins.includes(c.req.header("origin") ?? "");
    return (listed ? granting : refusing)(c, next);
  };
}
