import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Log } from "./log.ts";

/** What a process knows of a request, beside what every one has. */
export interface Described {
  readonly route: string;
  readonly user?: string | undefined;
  /** Of the answer's body; what comes later is waited for, and the line with it. */
  readonly bytes?: number | Promise<number>;
}

/**
 * Logs one line a request: method, route pattern, status, duration in milliseconds until the answer
 * (all of it, where its bytes are waited for), user, `requestId`, and the `traceId` it belongs to.
 */
export const accessLog = (log: Log, describe: (c: Context) => Described) =>
  createMiddleware(async function accessLog(c, next) {
    const start = performance.now();
    await next();
    const { bytes, ...described } = describe(c);
    const line = {
      requestId: c.get("requestId"),
      traceId: c.get("trace").traceId,
      method: c.req.method,
      ...described,
      status: c.res.status,
    };
    const write = (sent: number | undefined) =>
      log.info({ ...line, bytes: sent, ms: Math.round((performance.now() - start) * 10) / 10 });
    if (bytes instanceof Promise) void bytes.then(write);
    else write(bytes);
  });
