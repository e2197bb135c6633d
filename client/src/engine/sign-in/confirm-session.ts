import { ApiError, type Request } from "../api/request.ts";
import type { Renewal } from "../socket/socket.ts";

/** Renews the sign-in, in order to find out whether it is still valid. */
export async function confirmSession(request: Request): Promise<Renewal> {
  try {
    await request("POST /service/api/session");
    return "renewed";
  } catch (error) {
    const isOver = error instanceof ApiError && error.code === "unauthenticated";
    return isOver ? "signed_out" : "unreachable";
  }
}
