import { Refusal } from "@parley/platform/problem";
import type { UpstreamRequest } from "./upstream.ts";

/** Methods that may be sent twice (RFC 9110, 9.2.2). */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);
/** No connection came about. */
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
  "ETIMEDOUT",
]);

/** No connection came about in time. */
export class UnreachableError extends Error {
  readonly code = "ETIMEDOUT";
}

/**
 * Whether a request never reached the server, and may be sent again. One whose connection broke may
 * have been done already: a deletion would be answered with 404.
 */
export function isWorthRetrying(
  error: unknown,
  { method, body, signal }: UpstreamRequest,
): boolean {
  const neverArrived = UNREACHABLE.has(codeOf(error) ?? "") && !signal.aborted;
  return neverArrived && IDEMPOTENT.has(method) && !(body instanceof ReadableStream);
}

/**
 * Whether an error says that the server is away, for all. What its caller did wrong is a refusal, and an
 * answer that is long in coming says nothing of other requests.
 */
export function isServerAway(error: unknown): boolean {
  return !(error instanceof Refusal || isTimeout(error));
}

/** What a caller is told when the server could not answer. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isTimeout(error)) return new Refusal("timeout");
  if (UNREACHABLE.has(codeOf(error) ?? ""))
    return new Refusal("unavailable", undefined, { retryAfter: 1 });
  return new Refusal("bad_gateway");
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
