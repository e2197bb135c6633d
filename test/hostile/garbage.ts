import { Socket } from "../stack/socket.ts";
import type { Door } from "./endpoint.ts";

/** Frames that nobody can read, or that are too large, or that say nothing. */
const GARBAGE: readonly (() => string | Uint8Array)[] = [
  () => crypto.getRandomValues(new Uint8Array(1_000)),
  () => "x".repeat(200_000),
  () => "[".repeat(60_000),
  () => `{"type":"send","clientId":${"[".repeat(30_000)}`,
  () => JSON.stringify({ type: "no such frame" }),
  () => JSON.stringify({ type: "resume", chats: { "not an id": -1 } }),
];

/** Sends garbage of the nth sort until the socket is closed. @returns the code of the close. */
export async function spoil({ url, token }: Door, n: number): Promise<number> {
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
