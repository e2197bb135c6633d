import { Refusal } from "@parley/platform/http/problem";
import {
  BrokenConnectionError,
  MalformedAnswerError,
  SilenceError,
  UnreachableError,
  UnsendableRequestError,
} from "../upstream/failures.ts";
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

/** What callers are told, and metrics count, where the server could not answer. */
export const UPSTREAM_ERRORS = ["bad_gateway", "timeout", "unavailable"] as const;

const FAULTS_OF_THE_SERVER = [UnreachableError, BrokenConnectionError, MalformedAnswerError];

/**
 * Whether an error says that the server is away, for all. An answer that is long in coming says nothing
 * of other requests.
 */
export function isServerAway(error: unknown): boolean {
  return FAULTS_OF_THE_SERVER.some((Fault) => error instanceof Fault);
}

/** What a caller is told when the server could not answer. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof UnsendableRequestError)
    return new Refusal("bad_request", "A field of the request holds a control character.");
  if (error instanceof SilenceError) return new Refusal("timeout");
  if (error instanceof UnreachableError)
    return new Refusal("unavailable", undefined, { retryAfter: 1 });
  return new Refusal("bad_gateway");
}
