import type { Context, Env } from "hono";
import type { Log } from "../process/log.ts";
import type { ContextWith, Hook } from "./hooks.ts";
import type { RequestIdVariables } from "./request-id.ts";
import type { TraceVariables } from "./trace-context.ts";

export interface ArrivalVariables {
  /** As `performance.now()` tells it. */
  arrivedAt: number;
}

/** Notes when a request came. */
export function recordArrival(c: ContextWith<"arrivedAt", number>): undefined {
  c.set("arrivedAt", performance.now());
}

/** What a process knows of a request, beside what every one has. */
export interface RequestDescription {
  readonly route: string;
  readonly user?: string | undefined;
  /** Of the answer's body; what comes later is waited for, and the line with it. */
  readonly bytes?: number | Promise<number>;
}

interface Logged extends Env {
  Variables: ArrivalVariables & RequestIdVariables & TraceVariables;
}

/**
 * Logs one line a request: method, route pattern, status, duration in milliseconds until the answer
 * (all of it, where its bytes are waited for), user, `requestId`, and the `traceId` it belongs to.
 */
export function logAccess<E extends Logged>(
  log: Log,
  describe: (c: Context<E>) => RequestDescription,
): Hook<E> {
  return function logAccess(c) {
    const { route, user, bytes } = describe(c);
    const { status } = c.res;
    const write = (sent: number | undefined) =>
      log.info({
        requestId: c.get("requestId"),
        traceId: c.get("trace").traceId,
        method: c.req.method,
        route,
        user,
        status,
        bytes: sent,
        ms: Math.round((performance.now() - c.get("arrivedAt")) * 10) / 10,
      });
    if (bytes instanceof Promise) void bytes.then(write);
    else write(bytes);
  };
}
