import type { UserId } from "@parley/contracts/ids";
import type { Context, Env } from "hono";
import type { Log } from "../process/log.ts";
import type { ContextWith, Hook } from "./hooks.ts";
import type { RequestIdVariables } from "./request-id.ts";
import type { TraceVariables } from "./trace-context.ts";

export interface ArrivalVariables {
  /** A reading of `performance.now()`. */
  arrivedAt: number;
}

/** Records when a request arrived. */
export function recordArrival(c: ContextWith<"arrivedAt", number>): undefined {
  c.set("arrivedAt", performance.now());
}

/** The part of a log line that differs by process. */
export interface RequestDescription {
  readonly route: string;
  readonly user?: UserId | undefined;
  /** Bytes of the response's body; the line is written when a promise resolves. */
  readonly bytes?: number | Promise<number>;
}

interface Logged extends Env {
  Variables: ArrivalVariables & RequestIdVariables & TraceVariables;
}

/**
 * Logs one line for each request: method, route pattern, status, milliseconds until the response (until
 * its end, where `bytes` is a promise), user, `requestId` and `traceId`.
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
