import type { User } from "@parley/contracts/users";
import type { ArrivalVariables } from "@parley/platform/http/access-log";
import type { RequestIdVariables } from "@parley/platform/http/request-id";
import type { TraceVariables } from "@parley/platform/http/trace-context";

/** What the middleware of every signed-in route has put into the context. */
export interface AppEnv {
  Variables: ArrivalVariables &
    RequestIdVariables &
    TraceVariables & {
      user: { id: string; role: User["role"] };
      /** The session by which the user is signed in. */
      sid: string;
    };
}
