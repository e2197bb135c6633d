import { Refusal } from "@parley/platform/http/problem";
import {
  BrokenConnectionError,
  MalformedResponseError,
  ResponseTimeoutError,
  UnreachableError,
  UnsendableRequestError,
  type UpstreamRequest,
} from "@parley/upstream";

/** Methods that may be repeated (RFC 9110, 9.2.2). */
const IDEMPOTENT_METHODS = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/**
 * Whether a request has not reached the server and may be sent again. A request whose connection broke
 * may have been processed: a repeated deletion would answer 404.
 */
export function isRetryable(error: unknown, { method, body }: UpstreamRequest): boolean {
  return (
    error instanceof UnreachableError &&
    IDEMPOTENT_METHODS.has(method) &&
    !(body instanceof ReadableStream)
  );
}

/** The error codes of callers, and of the metric, for requests that the server did not answer. */
export const UPSTREAM_ERRORS = ["bad_gateway", "timeout", "unavailable"] as const;

const SERVER_FAULTS = [UnreachableError, BrokenConnectionError, MalformedResponseError];

/** Whether an error shows that the server is down. A timeout of one request says nothing about the others. */
export function isServerDown(error: unknown): boolean {
  return SERVER_FAULTS.some((Fault) => error instanceof Fault);
}

/** Maps an error of a proxied request to the refusal that its caller gets. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof UnsendableRequestError)
    return new Refusal("bad_request", "A header of the request holds a control character.");
  if (error instanceof ResponseTimeoutError) return new Refusal("timeout");
  if (error instanceof UnreachableError)
    return new Refusal("unavailable", undefined, { retryAfter: 1 });
  return new Refusal("bad_gateway");
}
