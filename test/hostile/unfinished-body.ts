import { BODY_SHAPES, sendUnfinishedBodies } from "../abuse/body-attack.ts";
import type { Endpoint } from "./endpoint.ts";

const BYTES = 1_000_000;
const LENGTH_MS = 2_000;

/** Begins a body of the nth kind and never ends it. @returns the status, if the request was answered. */
export async function beginBody(endpoint: Endpoint, n: number): Promise<number | undefined> {
  const statuses = await sendUnfinishedBodies(endpoint, {
    path: n % 2 === 0 ? "/service/api/login" : "/service/api/chats",
    isSignedIn: n % 2 === 1,
    shape: BODY_SHAPES[Math.floor(n / 2) % BODY_SHAPES.length] ?? "half-sent",
    connections: 1,
    bytes: BYTES,
    lengthMs: LENGTH_MS,
  });
  const [status] = Object.keys(statuses);
  return status === undefined ? undefined : Number(status);
}
