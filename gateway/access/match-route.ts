import type { Hook } from "@parley/platform/http/hooks";
import type { GatewayEnv } from "../gateway-env.ts";
import type { FindRoute } from "./find-route.ts";
import { isPreflight } from "./preflight.ts";

/** Sets the route of a request; a preflight has the route of the method that it asks for. */
export const matchRoute = (findRoute: FindRoute): Hook<GatewayEnv> =>
  function matchRoute(c) {
    const asked = isPreflight(c.req.raw)
      ? c.req.header("access-control-request-method")
      : undefined;
    c.set("route", findRoute(asked ?? c.req.method, c.req.path));
  };
