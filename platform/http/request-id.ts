import type { ContextWith } from "./hooks.ts";

const PROPER = /^[A-Za-z0-9._-]{1,128}$/;

export interface RequestIdVariables {
  requestId: string;
}

/** Gives a request an ID: the caller's `X-Request-Id` where it is proper, else a new one. */
export function assignRequestId(c: ContextWith<"requestId", string>): undefined {
  const given = c.req.header("x-request-id");
  c.set("requestId", given && PROPER.test(given) ? given : crypto.randomUUID());
}

/** Tells the caller the ID of its request. */
export function setRequestIdHeader(c: ContextWith<"requestId", string>): undefined {
  c.res.headers.set("x-request-id", c.get("requestId"));
}
