import type { ContextWith } from "./hooks.ts";

const VALID_ID = /^[A-Za-z0-9._-]{1,128}$/;

export interface RequestIdVariables {
  requestId: string;
}

/** Assigns the request's ID: the caller's `X-Request-Id` where it is valid, or else a new one. */
export function assignRequestId(c: ContextWith<"requestId", string>): undefined {
  const given = c.req.header("x-request-id");
  c.set("requestId", given && VALID_ID.test(given) ? given : crypto.randomUUID());
}

/** Sets `X-Request-Id` on the response. */
export function setRequestIdHeader(c: ContextWith<"requestId", string>): undefined {
  c.res.headers.set("x-request-id", c.get("requestId"));
}
