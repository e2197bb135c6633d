import type { Socket } from "../stack/socket.ts";
import type { Endpoint } from "./endpoint.ts";

const IN_FLIGHT = 1_000;
/** Bytes in the send buffer of a flooding socket. */
const BUFFERED_BYTES = 256 * 1024;

/** Sends `count` messages, up to a thousand of them unacknowledged. */
export async function sendMany(socket: Socket, chat: string, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += IN_FLIGHT) {
    const from = socket.frames.length;
    const last = crypto.randomUUID();
    for (let n = 1; n < IN_FLIGHT; n++)
      socket.send({ type: "send", chat, clientId: crypto.randomUUID(), body: `flood ${sent + n}` });
    socket.send({ type: "send", chat, clientId: last, body: "the last of a thousand" });
    await socket.until("ack", ({ clientId }) => clientId === last, from);
    socket.frames.length = 0;
  }
}

/**
 * Sends messages as fast as the socket accepts them, without regard to the responses.
 * @returns the number of sent messages, and the close code if the socket was closed.
 */
export async function flood({ url, token }: Endpoint, chat: string, isOver: () => boolean) {
  const headers = { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers });
  const closed = Promise.withResolvers<number>();
  socket.onclose = ({ code }) => closed.resolve(code);
  let flooded = 0;
  while (socket.readyState <= WebSocket.OPEN && !isOver()) {
    if (socket.readyState === WebSocket.OPEN)
      for (; socket.bufferedAmount < BUFFERED_BYTES; flooded++) socket.send(message(chat));
    await Bun.sleep(1);
  }
  if (socket.readyState <= WebSocket.OPEN) {
    socket.terminate();
    return { flooded };
  }
  return { flooded, code: await closed.promise };
}

function message(chat: string): string {
  return JSON.stringify({ type: "send", chat, clientId: crypto.randomUUID(), body: "flood" });
}
