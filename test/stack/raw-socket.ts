import type { Socket } from "bun";

/** A WebSocket client over bare TCP, that can stop reading. */
export class RawSocket implements Disposable {
  readonly #socket: Socket;
  readonly #received: Buffer[];

  private constructor(socket: Socket, received: Buffer[]) {
    this.#socket = socket;
    this.#received = received;
  }

  /** Opens a WebSocket, and waits for the answer to its handshake. */
  static async open(address: string, token: string): Promise<RawSocket> {
    const { hostname, port, host, pathname } = new URL(address);
    const received: Buffer[] = [];
    const first = Promise.withResolvers<void>();
    const socket = await Bun.connect({
      hostname,
      port: Number(port),
      socket: {
        data(_, chunk) {
          received.push(Buffer.from(chunk));
          if (Buffer.concat(received).includes("\r\n\r\n")) first.resolve();
        },
        error() {},
      },
    });
    socket.write(
      `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n` +
        `Authorization: Bearer ${token}\r\n\r\n`,
    );
    await first.promise;
    return new RawSocket(socket, received);
  }

  stopReading(): void {
    this.#socket.pause();
  }

  /** Reads on until nothing comes any more. @returns the code with which the other side closed. */
  async readOn(): Promise<number | undefined> {
    this.#socket.resume();
    for (let before = -1; before !== this.#received.length; await Bun.sleep(500))
      before = this.#received.length;
    return closeCode(Buffer.concat(this.#received));
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}

/** The code of the close frame among a server's frames, which are never masked (RFC 6455, 5.2). */
function closeCode(stream: Buffer): number | undefined {
  for (let at = stream.indexOf("\r\n\r\n") + 4; at + 2 <= stream.length; ) {
    const opcode = stream.readUInt8(at) & 0x0f;
    const short = stream.readUInt8(at + 1);
    const [header, length] =
      short === 127
        ? [10, Number(stream.readBigUInt64BE(at + 2))]
        : short === 126
          ? [4, stream.readUInt16BE(at + 2)]
          : [2, short];
    if (opcode === 8) return stream.readUInt16BE(at + header);
    at += header + length;
  }
  return undefined;
}
