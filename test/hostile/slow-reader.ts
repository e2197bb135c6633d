import { RawSocket } from "../stack/raw-socket.ts";
import type { Door } from "./endpoint.ts";

/**
 * Reads nothing for so many milliseconds, and then what is there.
 * @returns the code with which the socket was closed meanwhile.
 */
export async function readNothing({ url, token }: Door, ms: number): Promise<number | undefined> {
  using slow = await RawSocket.open(`${url}/ws`, token);
  slow.stopReading();
  await Bun.sleep(ms);
  return await slow.readOn(ms);
}
