import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Log } from "./log.ts";

/** Logs one line a request: method, route pattern, status, duration in milliseconds, user, `requestId`. */
export const accessLog = (
  log: Log,
  describe: (c: Context) => { route: string; user?: string | undefined },
) =>
  createMiddleware(async function accessLog(c, next) {
    const start = performance.now();
    await next();
    log.info({
      requestId: c.get("requestId"),
      method: c.req.method,
      ...describe(c),
      status: c.res.status,
      ms: Math.round((performance.now() - start) * 10) / 10,
    });
  });
