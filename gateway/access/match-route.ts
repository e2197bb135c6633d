import type { Step } from "../steps.ts";
import { isPreflight } from "./preflight.ts";
import type { FindRoute } from "./routes.ts";

/** Finds the line of the route table that a request falls under; a preflight falls under what it asks for. */
export const matchRoute = (findRoute: FindRoute): Step =>
  function matchRoute(c) {
    const asked = isPreflight(c.req.raw)
      ? c.req.header("access-control-request-method")
      : undefined;
    c.set("route", findRoute(asked ?? c.req.method, c.req.path));
  };
