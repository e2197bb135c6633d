import { createServer, type Socket } from "node:net";

/** A TCP server that a test controls byte by byte. */
export interface RawServer extends Disposable {
  readonly url: string;
  /** All connections so far, open or closed. */
  readonly sockets: readonly Socket[];
  /** Waits until all connections are closed. */
  waitUntilClosed(): Promise<void>;
}

/** @param onData is called with each piece of data and its connection. */
export async function startRawServer(
  onData: (socket: Socket, data: Buffer) => void,
): Promise<RawServer> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.on("data", (data: Buffer) => onData(socket, data));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    sockets,
    async waitUntilClosed() {
      while (sockets.some(({ readyState }) => readyState !== "closed")) await Bun.sleep(2);
    },
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
