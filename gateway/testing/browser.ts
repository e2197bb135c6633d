import { connect, type Socket } from "node:net";

/** The headers of a WebSocket handshake (RFC 6455, 1.3). */
export const HANDSHAKE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** Opens a browser's WebSocket, and records the frames that it receives and its close. */
export function openBrowser(gateway: URL, headers: Record<string, string>, protocols?: string[]) {
  const received: string[] = [];
  const url = new URL("/ws", gateway.href.replace(/^http/, "ws"));
  const socket = new WebSocket(url, { headers, ...(protocols && { protocols }) });
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  socket.addEventListener("open", () => opened.resolve());
  socket.addEventListener("message", ({ data }) => received.push(String(data)));
  socket.addEventListener("close", ({ code, reason }) => closed.resolve({ code, reason }));
  return { socket, received, opened: opened.promise, closed: closed.promise };
}

/** Waits until the gateway has read all that a browser sent: the pong comes after it. */
export function waitForPong(socket: WebSocket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.addEventListener("pong", () => resolve(), { once: true });
  socket.ping();
  return promise;
}

/** Opens a WebSocket that answers no ping, and that reads only when a test does. */
export async function openSilentBrowser(
  gateway: URL,
  headers: Record<string, string>,
): Promise<Socket> {
  const socket = connect(Number(gateway.port), gateway.hostname);
  const fields = { host: gateway.host, ...HANDSHAKE, ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  socket.write(`GET /ws HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("error", reject);
  socket.once("data", () => resolve());
  await promise;
  return socket;
}

/** Reads until the gateway ends the connection. @returns the code of the close frame, which comes last (RFC 6455, 5.5.1). */
export function readToClose(socket: Socket): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let last = Buffer.alloc(0);
  socket.on("error", reject);
  socket.on("end", () => resolve(closeCode(last)));
  socket.on("data", (data: Buffer) => {
    last = Buffer.concat([last, data]).subarray(-128);
  });
  socket.resume();
  return promise;
}

function closeCode(tail: Buffer): number {
  const start = tail.lastIndexOf(0x88);
  return start < 0 ? 0 : tail.readUInt16BE(start + 2);
}
