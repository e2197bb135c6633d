import type { Socket } from "bun";

/** A WebSocket client over plain TCP, which can stop reading. */
export class RawSocket implements Disposable {
  readonly #socket: Socket;
  readonly #received: Buffer[];
  readonly #ended: Promise<void>;

  private constructor(socket: Socket, received: Buffer[], ended: Promise<void>) {
    this.#socket = socket;
    this.#received = received;
    this.#ended = ended;
  }

  /** Opens a WebSocket and waits for the response to the handshake. */
  static async open(address: string, token: string): Promise<RawSocket> {
    const { hostname, port, host, pathname } = new URL(address);
    const received: Buffer[] = [];
    const first = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const socket = await Bun.connect({
      hostname,
      port: Number(port),
      socket: {
        data(_, chunk) {
          received.push(Buffer.from(chunk));
          if (chunk.includes("\r\n\r\n")) first.resolve();
        },
        close: () => ended.resolve(),
        error() {},
      },
    });
    socket.write(
      `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n` +
        `Authorization: Bearer ${token}\r\n\r\n`,
    );
    await first.promise;
    return new RawSocket(socket, received, ended.promise);
  }

  stopReading(): void {
    this.#socket.pause();
  }

  /** Sends text of up to 125 bytes, masked with zeros (RFC 6455, 5.3). */
  send(text: string): void {
    const payload = Buffer.from(text);
    this.#socket.write(Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload]));
  }

  /**
   * Continues to read until the other side ends the connection, for at most `timeoutMs`.
   * @returns the close code, if a close frame came.
   */
  async readToEnd(timeoutMs = 20_000): Promise<number | undefined> {
    this.#socket.resume();
    await Promise.race([this.#ended, Bun.sleep(timeoutMs)]);
    return this.#frames()
      .find(({ opcode }) => opcode === 8)
      ?.payload.readUInt16BE(0);
  }

  /**
   * Continues to read until the text frame `last` arrives or the other side ends the connection.
   * @returns all text frames in order.
   */
  async readUntil(last: string): Promise<string[]> {
    this.#socket.resume();
    let ended = false;
    void this.#ended.then(() => {
      ended = true;
    });
    const isLast = () => this.#received.at(-1)?.toString().endsWith(last) === true;
    while (!isLast() && !ended) await Bun.sleep(20);
    return this.#frames()
      .filter(({ opcode }) => opcode === 1)
      .map(({ payload }) => payload.toString());
  }

  #frames(): Frame[] {
    return [...framesOf(Buffer.concat(this.#received))];
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Parses the complete frames behind the handshake's response; servers never mask frames (RFC 6455, 5.2). */
function* framesOf(stream: Buffer): Generator<Frame> {
  for (let at = stream.indexOf("\r\n\r\n") + 4; at + 2 <= stream.length; ) {
    const opcode = (stream[at] ?? 0) & 0x0f;
    const short = (stream[at + 1] ?? 0) & 0x7f;
    const header = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (at + header > stream.length) return;
    const length =
      short === 127
        ? Number(stream.readBigUInt64BE(at + 2))
        : short === 126
          ? stream.readUInt16BE(at + 2)
          : short;
    const end = at + header + length;
    if (end > stream.length) return;
    yield { opcode, payload: stream.subarray(at + header, end) };
    at = end;
  }
}
