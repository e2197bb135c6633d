import { createMiddleware } from "hono/factory";

const PROPER = /^[A-Za-z0-9._-]{1,128}$/;

export interface RequestIdVariables {
  requestId: string;
}

/** Gives each request an ID: the caller's `X-Request-Id` where it is proper, else a new one; the answer carries it. */
export const requestId = () =>
  createMiddleware<{ Variables: RequestIdVariables }>(async function requestId(c, next) {
    const id = properRequestId(c.req.header("x-request-id"));
    c.set("requestId", id);
    await next();
    c.res.headers.set("x-request-id", id);
  });

function properRequestId(given: string | null | undefined): string {
  return given && PROPER.test(given) ? given : crypto.randomUUID();
}
