import type { ArrivalVariables } from "@parley/platform/http/access-log";
import type { RequestIdVariables } from "@parley/platform/http/request-id";
import type { TraceVariables } from "@parley/platform/http/trace-context";
import type { RateLimitInfo } from "hono-rate-limiter";
import type { MatchedRoute } from "./access/find-route.ts";
import type { Identity } from "./identity/identity.ts";
import type { LimitPolicy } from "./rate-limit/limit-policy.ts";
import type { BrowserSocketData } from "./sockets/browser-socket.ts";

/** @param onSent is called once the response is handed to the kernel, or the caller has left. */
type CreateWholeBody = (body: Uint8Array<ArrayBuffer>, onSent?: () => void) => Bun.BodyInit;

/** Hono's context in the gateway: functions of the runtime, and variables that the middleware sets. */
export interface GatewayEnv {
  Bindings: Pick<Bun.Server<BrowserSocketData>, "requestIP" | "upgrade"> & {
    /** Destroys the caller's connection; set only on a runtime where the error of a stream does more than that. */
    readonly destroyConnection?: () => void;
    /** Creates a body that is sent whole; set only on a runtime that sends it with its head in any case. */
    readonly wholeBody?: CreateWholeBody;
  };
  Variables: ArrivalVariables &
    RequestIdVariables &
    TraceVariables & {
      route: MatchedRoute;
      /** The browser's address, in canonical form. */
      address: string;
      /** Whether the browser uses HTTPS, as far as a trusted source says so. */
      https: boolean;
      identity: Identity | null;
      rateLimit?: RateLimitInfo;
      /** The limit of `rateLimit`, where it is not that of the route's class. */
      limitPolicy?: LimitPolicy;
      /** Bytes of the response's body; a promise where they are counted while it is sent. */
      sentBytes: number | Promise<number>;
    };
}
