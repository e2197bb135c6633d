import type { Socket } from "../stack/socket.ts";
import type { Door } from "./endpoint.ts";

const IN_FLIGHT = 1_000;
/** Bytes of a flood that wait for the gateway at any time. */
const WAITING = 256 * 1024;

/** Sends many messages, a thousand of them on their way at any time. */
export async function flood(socket: Socket, chat: string, count: number): Promise<void> {
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
 * Pours messages into a socket as fast as it takes them, whatever is answered.
 * @returns how many, and the code where the socket was closed for it.
 */
export async function pour({ url, token }: Door, chat: string, isOver: () => boolean) {
  const headers = { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers });
  const closed = Promise.withResolvers<number>();
  socket.onclose = ({ code }) => closed.resolve(code);
  let poured = 0;
  while (socket.readyState <= WebSocket.OPEN && !isOver()) {
    if (socket.readyState === WebSocket.OPEN)
      for (; socket.bufferedAmount < WAITING; poured++) socket.send(message(chat));
    await Bun.sleep(1);
  }
  if (socket.readyState <= WebSocket.OPEN) {
    socket.terminate();
    return { poured };
  }
  return { poured, code: await closed.promise };
}

function message(chat: string): string {
  return JSON.stringify({ type: "send", chat, clientId: crypto.randomUUID(), body: "flood" });
}
