/** What a caller can do about an error: nothing, correct the request, sign in, or repeat the request later. */
type Remedy = "none" | "correct" | "sign_in" | "later";

interface ErrorKind {
  readonly status: number;
  readonly title: string;
  readonly remedy: Remedy;
}

/** Every error code of HTTP problems and of `reject` and `error` frames. */
export const ERRORS = {
  bad_request: { status: 400, title: "Malformed request", remedy: "correct" },
  unauthenticated: { status: 401, title: "Not signed in", remedy: "sign_in" },
  invalid_credentials: {
    status: 401,
    title: "Wrong username or password",
    remedy: "correct",
  },
  forbidden: { status: 403, title: "Not permitted", remedy: "none" },
  blocked: { status: 403, title: "Blocked between these users", remedy: "none" },
  muted: { status: 403, title: "Muted in this chat", remedy: "later" },
  suspended: { status: 403, title: "Account suspended", remedy: "later" },
  wrong_password: { status: 403, title: "Wrong current password", remedy: "correct" },
  cross_site: { status: 403, title: "Cross-site request", remedy: "none" },
  not_found: { status: 404, title: "Not found", remedy: "none" },
  method_not_allowed: { status: 405, title: "Method not allowed", remedy: "none" },
  request_timeout: { status: 408, title: "Request timeout", remedy: "later" },
  username_taken: { status: 409, title: "Username taken", remedy: "correct" },
  too_many_blocks: { status: 409, title: "Too many blocks", remedy: "none" },
  too_many_chats: { status: 409, title: "Too many chats", remedy: "none" },
  too_large: { status: 413, title: "Content too large", remedy: "correct" },
  unsupported_media: { status: 415, title: "Unsupported media type", remedy: "correct" },
  range_not_satisfiable: {
    status: 416,
    title: "Range not satisfiable",
    remedy: "correct",
  },
  invalid: { status: 422, title: "Invalid fields", remedy: "correct" },
  bad_image: { status: 422, title: "Unreadable image", remedy: "correct" },
  upgrade_required: {
    status: 426,
    title: "WebSocket upgrade required",
    remedy: "correct",
  },
  rate_limited: { status: 429, title: "Too many requests", remedy: "later" },
  fields_too_large: { status: 431, title: "Request header fields too large", remedy: "correct" },
  internal: { status: 500, title: "Internal server error", remedy: "later" },
  not_implemented: { status: 501, title: "Not implemented", remedy: "none" },
  bad_gateway: { status: 502, title: "Bad gateway", remedy: "later" },
  overloaded: { status: 503, title: "Server overloaded", remedy: "later" },
  unavailable: { status: 503, title: "Service unavailable", remedy: "later" },
  timeout: { status: 504, title: "Gateway timeout", remedy: "later" },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;
