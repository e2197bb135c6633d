/** Where a body goes. */
export interface UploadTarget {
  /** @returns when there is room for more. */
  write(bytes: Buffer): Promise<void> | void;
  /** Told which of the two is waited for: the server, or whoever sends. */
  waits(forServer: boolean): void;
}

type Reader = Pick<ReadableStreamDefaultReader<Uint8Array>, "cancel"> & {
  read(): Promise<{ value?: Uint8Array | undefined }>;
};

const CRLF = Buffer.from("\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

/** A body that streams, on its way to the server as fast as the server takes it. */
export class Upload {
  readonly #reader: Reader;
  readonly #length: number | undefined;
  readonly #target: UploadTarget;
  #isOver = false;

  /** @param length bytes, where they are known beforehand; else the body goes in chunks. */
  constructor(body: ReadableStream<Uint8Array>, length: number | undefined, target: UploadTarget) {
    this.#reader = body.getReader();
    this.#length = length;
    this.#target = target;
  }

  /** Whether all of it was written. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** @throws what the body breaks with, or an error where it is not as long as was said. */
  async run(): Promise<void> {
    let sent = 0;
    for (;;) {
      this.#target.waits(false);
      const { value } = await this.#reader.read();
      this.#target.waits(true);
      if (!value) break;
      if (value.byteLength === 0) continue;
      sent += value.byteLength;
      if (sent > (this.#length ?? sent)) throw new Error("The body is longer than was said");
      await this.#target.write(this.#framed(value));
    }
    if (this.#length === undefined) await this.#target.write(LAST_CHUNK);
    else if (sent < this.#length) throw new Error("The body is shorter than was said");
    this.#isOver = true;
  }

  /** Nobody wants the rest. */
  cancel(): void {
    if (!this.#isOver) this.#reader.cancel().catch(() => {});
  }

  #framed(piece: Uint8Array): Buffer {
    if (this.#length !== undefined)
      return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const size = Buffer.from(`${piece.byteLength.toString(16)}\r\n`);
    return Buffer.concat([size, piece, CRLF]);
  }
}
