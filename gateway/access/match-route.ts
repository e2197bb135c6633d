import type { Step } from "@parley/platform/http/pipeline";
import type { GatewayEnv } from "../gateway-env.ts";
import { isPreflight } from "./preflight.ts";
import type { FindRoute } from "./routes.ts";

/** Finds the line of the route table that a request falls under; a preflight falls under what it asks for. */
export const matchRoute = (findRoute: FindRoute): Step<GatewayEnv> =>
  function matchRoute(c) {
    const asked = isPreflight(c.req.raw)
      ? c.req.header("access-control-request-method")
      : undefined;
    c.set("route", findRoute(asked ?? c.req.method, c.req.path));
  };
