import type { ErrorCode } from "@parley/contracts/errors";
import { readProblem } from "../api/read-problem.ts";

/**
 * Asks over HTTP why the gateway refuses WebSocket handshakes, because browsers do not tell.
 * @returns the code of the problem with which `GET /ws` answers; null if there is no such answer.
 */
export async function findRefusal(
  fetch: (url: string, init: RequestInit) => Promise<Response>,
): Promise<ErrorCode | null> {
  try {
    // The gateway compares the page's origin, which a GET request states in `Referer` alone.
    const response = await fetch("/ws", { cache: "no-store", referrerPolicy: "origin" });
    return readProblem(await response.json())?.code ?? null;
  } catch {
    return null;
  }
}
