import { Socket } from "../stack/socket.ts";
import type { Endpoint } from "./endpoint.ts";

/** Frames that cannot be parsed, are too large, or are of an unknown type. */
const GARBAGE: readonly (() => string | Uint8Array)[] = [
  () => crypto.getRandomValues(new Uint8Array(1_000)),
  () => "x".repeat(200_000),
  () => "[".repeat(60_000),
  () => `{"type":"send","clientId":${"[".repeat(30_000)}`,
  () => JSON.stringify({ type: "no such frame" }),
  () => JSON.stringify({ type: "resume", chats: { "not an id": -1 } }),
];

/** Sends garbage of the nth kind until the socket is closed. @returns the close code. */
export async function sendGarbage({ url, token }: Endpoint, n: number): Promise<number> {
  using socket = new Socket(`${url.replace("http", "ws")}/ws`, {
    authorization: `Bearer ${token}`,
  });
  await socket.opened();
  await socket.until("welcome");
  const garbage = GARBAGE[n % GARBAGE.length] as () => string | Uint8Array;
  for (let sent = 0; sent < 5 && socket.isOpen; sent++) {
    socket.sendText(garbage());
    await Bun.sleep(1);
  }
  return await socket.closed;
}
