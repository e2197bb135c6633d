import type { User } from "@parley/contracts/users";
import type { RequestIdVariables } from "@parley/platform/request-id";
import type { TraceVariables } from "@parley/platform/trace-context";

/** What the middleware of every signed-in route has put into the context. */
export interface AppEnv {
  Variables: RequestIdVariables &
    TraceVariables & {
      user: { id: string; role: User["role"] };
      /** The session by which the user is signed in. */
      sid: string;
    };
}
