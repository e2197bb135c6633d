import { ApiError, type Request } from "../api/request.ts";
import type { Renewal } from "../socket/socket.ts";

/** Asks, by renewing it, whether the session still stands. */
export async function confirmSession(request: Request): Promise<Renewal> {
  try {
    await request("/session", { method: "POST" });
    return "renewed";
  } catch (error) {
    const isOver = error instanceof ApiError && error.code === "unauthenticated";
    return isOver ? "signed_out" : "unreachable";
  }
}
