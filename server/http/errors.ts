import { ERRORS, type ErrorCode } from "@parley/contracts/errors";
import { allowedMethods } from "@parley/contracts/routes";
import { isCancelled, isTransient } from "@parley/db/transient-error";
import { CLIENT_CLOSED_REQUEST, problemResponse, Refusal } from "@parley/platform/http/problem";
import type { Log } from "@parley/platform/process/log";
import type { Context, ErrorHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { AppEnv } from "./env.ts";

interface ErrorDeps {
  log: Log;
  /** Is called with the code of each error response. */
  count(code: ErrorCode): void;
}

/**
 * Answers thrown errors as problems (RFC 9457).
 *
 * An unexpected error is logged with its request ID. The response reveals only `internal`, or
 * `unavailable` for a transient error of the database.
 */
export function createErrorHandler({ log, count }: ErrorDeps): ErrorHandler<AppEnv> {
  return function answerError(error, c) {
    if (isClientGone(error, c.req.raw.signal))
      return new Response(null, { status: CLIENT_CLOSED_REQUEST });
    const refusal = asRefusal(error);
    if (refusal !== error && ERRORS[refusal.code].status >= 500)
      log.error({ requestId: c.get("requestId"), err: error }, "request failed");
    count(refusal.code);
    return problemResponse(refusal);
  };
}

/** Whether the client disconnected before its body was read, which is not an error of the server. */
function isClientGone(error: Error, caller: AbortSignal): boolean {
  return caller.aborted && error.name === "AbortError";
}

/** Answers a path without a route, or without one for the method. */
export function createNotFound({ count }: Pick<ErrorDeps, "count">) {
  return function notFound(c: Context<AppEnv>): Response {
    const allowed = allowedMethods(c.req.path);
    const refusal =
      allowed.length > 0
        ? new Refusal("method_not_allowed", undefined, { allowed })
        : new Refusal("not_found");
    count(refusal.code);
    return problemResponse(refusal);
  };
}

const CODE_BY_STATUS: Partial<Record<number, ErrorCode>> = {
  400: "bad_request",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  405: "method_not_allowed",
  413: "too_large",
  415: "unsupported_media",
};

/** How long a client is asked to wait for the database. */
const DATABASE_RETRY_AFTER_S = 5;

function asRefusal(error: Error): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof HTTPException)
    return new Refusal(CODE_BY_STATUS[error.status] ?? "internal");
  const retryAfter = DATABASE_RETRY_AFTER_S;
  if (isCancelled(error))
    return new Refusal("unavailable", "The database took too long.", { retryAfter });
  return isTransient(error)
    ? new Refusal("unavailable", "The database can’t be reached.", { retryAfter })
    : new Refusal("internal");
}
