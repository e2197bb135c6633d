import { createServer, type Socket } from "node:net";

/** A server of bytes alone, which answers as it is told, in HTTP or not. */
export interface RawServer extends Disposable {
  readonly url: string;
  /** Every connection that came, open or not. */
  readonly sockets: readonly Socket[];
  /** Waits until none of them is open. */
  untilAllClosed(): Promise<void>;
}

/** @param onData is told of each piece that comes, and over which connection. */
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
    async untilAllClosed() {
      while (sockets.some(({ readyState }) => readyState !== "closed")) await Bun.sleep(2);
    },
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
