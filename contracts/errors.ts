/** What a caller may do about an error: give up, correct the request, or try the same again later. */
type Remedy = "none" | "correct" | "sign_in" | "later";

interface ErrorKind {
  readonly status: number;
  readonly title: string;
  readonly remedy: Remedy;
}

/** Every error code that crosses a wire, in HTTP problems as well as in `reject` and `error` frames. */
export const ERRORS = {
  bad_request: { status: 400, title: "The request could not be read", remedy: "correct" },
  unauthenticated: { status: 401, title: "Sign in first", remedy: "sign_in" },
  invalid_credentials: {
    status: 401,
    title: "That name and password don’t match",
    remedy: "correct",
  },
  forbidden: { status: 403, title: "You may not do this", remedy: "none" },
  blocked: { status: 403, title: "You can’t write to each other", remedy: "none" },
  muted: { status: 403, title: "You are muted in this chat", remedy: "later" },
  suspended: { status: 403, title: "This account is suspended", remedy: "later" },
  wrong_password: { status: 403, title: "The current password is wrong", remedy: "correct" },
  cross_site: { status: 403, title: "The request came from another site", remedy: "none" },
  not_found: { status: 404, title: "There is no such thing here", remedy: "none" },
  method_not_allowed: { status: 405, title: "This address has no such method", remedy: "none" },
  request_timeout: { status: 408, title: "The request came too slowly", remedy: "later" },
  username_taken: { status: 409, title: "That username is taken", remedy: "correct" },
  too_large: { status: 413, title: "That is too large", remedy: "correct" },
  unsupported_media: { status: 415, title: "That type is not supported", remedy: "correct" },
  range_not_satisfiable: {
    status: 416,
    title: "There is no such part of it",
    remedy: "correct",
  },
  invalid: { status: 422, title: "Some fields are not right", remedy: "correct" },
  bad_image: { status: 422, title: "That image could not be read", remedy: "correct" },
  upgrade_required: {
    status: 426,
    title: "This address speaks WebSocket only",
    remedy: "correct",
  },
  rate_limited: { status: 429, title: "Too many requests", remedy: "later" },
  fields_too_large: { status: 431, title: "The request’s head is too large", remedy: "correct" },
  internal: { status: 500, title: "Something failed on our side", remedy: "later" },
  not_implemented: { status: 501, title: "This is not served here", remedy: "none" },
  bad_gateway: { status: 502, title: "The server gave no proper answer", remedy: "later" },
  overloaded: { status: 503, title: "Too much is waiting already", remedy: "later" },
  unavailable: { status: 503, title: "The server can’t be reached", remedy: "later" },
  timeout: { status: 504, title: "The server took too long", remedy: "later" },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;
