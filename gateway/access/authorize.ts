import type { Hook } from "@parley/platform/http/hooks";
import { Refusal } from "@parley/platform/http/problem";
import type { GatewayEnv } from "../gateway-env.ts";
import { isProxiedPath, type MatchedRoute } from "./find-route.ts";
import { isPreflight } from "./preflight.ts";

export interface Caller {
  readonly signedIn: boolean;
  /** Whether a page is asked for: `Accept` names HTML. */
  readonly wantsPage: boolean;
  /** Whether this is a CORS preflight that the server answers. */
  readonly preflight: boolean;
}

export type Decision = "pass" | "sign_in" | "unauthenticated";

/** Decides whether a request goes on; denial is the rule, and every way past it is named here. */
export function decideAccess(route: MatchedRoute, caller: Caller): Decision {
  if (caller.signedIn || caller.preflight || route.access === "public") return "pass";
  return route.access === "page" && caller.wantsPage ? "sign_in" : "unauthenticated";
}

/** Lets pass whom the table of routes lets pass; sends the rest to sign in, or refuses with 401. */
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

/** The address of the sign-in page that leads back to where the person wanted to go. */
function signInPage({ pathname, search }: URL): string {
  return `/login?next=${encodeURIComponent(pathname + search)}`;
}
