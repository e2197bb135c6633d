import { ERRORS, type ErrorCode } from "@parley/contracts/errors";
import type { FieldError, Problem } from "@parley/contracts/problem";

/** The status that nginx logs for a caller that closed its connection; the response is not sent. */
export const CLIENT_CLOSED_REQUEST = 499;

/** An expected error, with everything that its caller may know. Thrown inside a transaction, it rolls the transaction back. */
export class Refusal extends Error {
  constructor(
    readonly code: ErrorCode,
    detail: string = ERRORS[code].title,
    readonly extra: {
      errors?: readonly FieldError[];
      retryAfter?: number;
      allowed?: readonly string[];
      acceptEncoding?: string;
      /** Ends the connection, so that the rest of the request need not be read (RFC 9112, 9.6). */
      closes?: boolean;
    } = {},
  ) {
    super(detail);
  }
}

/** The reason why a rule forbids an action; a rule returns null when it allows the action. */
export interface Denial {
  readonly code: ErrorCode;
  readonly detail: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

/** The refusal with which a denied request is answered. */
export function refusalOf({ code, detail, retryAfter }: Denial): Refusal {
  return new Refusal(code, detail, retryAfter === undefined ? {} : { retryAfter });
}

/** @throws Refusal with the code and detail of the denial, unless it is null. */
export function throwIfDenied(denial: Denial | null): void {
  if (denial) throw refusalOf(denial);
}

/** The response to a refusal: `application/problem+json` (RFC 9457), with `Retry-After` in whole seconds, `Allow` (RFC 9110, 10.2) and `Accept-Encoding`. */
export function problemResponse({ code, message: detail, extra }: Refusal): Response {
  const { status, title } = ERRORS[code];
  const problem: Problem = {
    type: `https://github.com/parley-chat/parley/blob/main/docs/protocol/errors.md#${code}`,
    title,
    status,
    detail,
    code,
    ...(extra.errors && { errors: [...extra.errors] }),
  };
  const headers = new Headers({
    "content-type": "application/problem+json",
    "cache-control": "no-store",
  });
  // The server does not wait for the rest of a slow request (RFC 9110, 15.5.9).
  if (status === 408 || extra.closes) headers.set("connection", "close");
  if (status === 401) headers.set("www-authenticate", "Bearer");
  if (extra.acceptEncoding) headers.set("accept-encoding", extra.acceptEncoding);
  if (extra.allowed) headers.set("allow", extra.allowed.join(", "));
  if (extra.retryAfter !== undefined)
    headers.set("retry-after", String(Math.ceil(extra.retryAfter)));
  const body = Buffer.from(JSON.stringify(problem));
  headers.set("content-length", String(body.byteLength));
  return new Response(body, { status, headers });
}
