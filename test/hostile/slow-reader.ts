import { RawSocket } from "../stack/raw-socket.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * Opens a socket, reads nothing for `ms` milliseconds, and then reads everything.
 * @returns the close code, if the socket was closed.
 */
export async function readNothing(
  { url, token }: Endpoint,
  ms: number,
): Promise<number | undefined> {
  using slow = await RawSocket.open(`${url}/ws`, token);
  slow.stopReading();
  await Bun.sleep(ms);
  return await slow.readToEnd(ms);
}
