import type { Claims } from "@parley/platform/http/token";

/** The user who makes a request, the token that proves it, and where the token was found. */
export interface Identity {
  readonly claims: Claims;
  readonly token: string;
  /** A browser sends a cookie with any site's request, so a cookie proves less than a header. */
  readonly by: "header" | "cookie";
}
