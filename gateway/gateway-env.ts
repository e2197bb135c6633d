import type { ArrivalVariables } from "@parley/platform/http/access-log";
import type { RequestIdVariables } from "@parley/platform/http/request-id";
import type { TraceVariables } from "@parley/platform/http/trace-context";
import type { RateLimitInfo } from "hono-rate-limiter";
import type { MatchedRoute } from "./access/find-route.ts";
import type { Identity } from "./identity/identify.ts";
import type { BrowserSocketData } from "./sockets/browser-socket.ts";

/** What Hono's context holds in the gateway: what the runtime can do, and what the middleware found out. */
export interface GatewayEnv {
  Bindings: Pick<Bun.Server<BrowserSocketData>, "requestIP" | "upgrade"> & {
    /** Ends the caller's connection at once; there only where a stream that errs does more than that. */
    readonly cutOff?: () => void;
  };
  Variables: ArrivalVariables &
    RequestIdVariables &
    TraceVariables & {
      route: MatchedRoute;
      /** The browser's address, in canonical form. */
      address: string;
      /** Whether the browser came by HTTPS, as far as we may believe. */
      https: boolean;
      identity: Identity | null;
      rateLimit?: RateLimitInfo;
      /** Of the answer's body, once it is known. */
      sent: number | Promise<number>;
    };
}
