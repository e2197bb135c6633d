import { createMiddleware } from "hono/factory";

/** Keeps answers out of every cache, unless a route says otherwise: they hold tokens and people's words. */
export const uncached = () =>
  createMiddleware(async function uncached(c, next) {
    await next();
    if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
  });
