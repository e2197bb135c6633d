import type { Hook } from "@parley/platform/http/hooks";
import { Refusal } from "@parley/platform/http/problem";
import type { GatewayEnv } from "../gateway-env.ts";
import { isProxiedPath, type MatchedRoute } from "./find-route.ts";
import { isPreflight } from "./preflight.ts";

export interface Caller {
  readonly signedIn: boolean;
  /** Whether `Accept` names HTML. */
  readonly wantsPage: boolean;
  /** Whether this is a CORS preflight that the server answers. */
  readonly preflight: boolean;
}

export type Decision = "pass" | "sign_in" | "unauthenticated";

/** Decides whether a request passes; a request that no rule lets pass is refused. */
export function decideAccess(route: MatchedRoute, caller: Caller): Decision {
  if (caller.signedIn || caller.preflight || route.access === "public") return "pass";
  return route.access === "page" && caller.wantsPage ? "sign_in" : "unauthenticated";
}

/** Applies the access of the route: passes the request on, redirects to the sign-in page, or throws `unauthenticated`. */
export const authorize: Hook<GatewayEnv> = (c) => {
  const decision = decideAccess(c.get("route"), {
    signedIn: c.get("identity") !== null,
    wantsPage: acceptsHtml(c.req.header("accept")),
    preflight: isPreflight(c.req.raw) && isProxiedPath(c.req.path),
  });
  if (decision === "unauthenticated") throw new Refusal("unauthenticated");
  if (decision === "pass") return;
  c.header("cache-control", "no-store");
  return c.redirect(signInPage(new URL(c.req.url)), 302);
};

export function acceptsHtml(accept: string | undefined): boolean {
  return accept?.toLowerCase().includes("text/html") === true;
}

/** The address of the sign-in page, with the requested path in `next`. */
function signInPage({ pathname, search }: URL): string {
  return `/login?next=${encodeURIComponent(pathname + search)}`;
}
