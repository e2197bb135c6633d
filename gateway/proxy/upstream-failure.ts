import { Refusal } from "@parley/platform/problem";
import { SilenceError, UnreachableError } from "../upstream/failures.ts";
import type { UpstreamRequest } from "../upstream/request-head.ts";

/** Methods that may be sent twice (RFC 9110, 9.2.2). */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/**
 * Whether a request never reached the server, and may be sent again. One whose connection broke may
 * have been done already: a deletion would be answered with 404.
 */
export function isWorthRetrying(error: unknown, { method, body }: UpstreamRequest): boolean {
  return (
    error instanceof UnreachableError && IDEMPOTENT.has(method) && !(body instanceof ReadableStream)
  );
}

/**
 * Whether an error says that the server is away, for all. What its caller did wrong is a refusal, and an
 * answer that is long in coming says nothing of other requests.
 */
export function isServerAway(error: unknown): boolean {
  return !(error instanceof Refusal || error instanceof SilenceError);
}

/** What a caller is told when the server could not answer. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof SilenceError) return new Refusal("timeout");
  if (error instanceof UnreachableError)
    return new Refusal("unavailable", undefined, { retryAfter: 1 });
  return new Refusal("bad_gateway");
}
