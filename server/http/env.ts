import type { SessionId } from "@parley/contracts/ids";
import type { User } from "@parley/contracts/users";
import type { ArrivalVariables } from "@parley/platform/http/access-log";
import type { RequestIdVariables } from "@parley/platform/http/request-id";
import type { TraceVariables } from "@parley/platform/http/trace-context";

/** The variables that middleware sets; `user` and `sid` only on protected routes. */
export interface AppEnv {
  Variables: ArrivalVariables &
    RequestIdVariables &
    TraceVariables & {
      user: { id: string; role: User["role"] };
      /** The ID of the user's session. */
      sid: SessionId;
    };
}
