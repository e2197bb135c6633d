/** The connection that a body is written to. */
export interface UploadTarget {
  /** @returns a promise that resolves when there is room for more bytes, where there is none. */
  write(bytes: Buffer): Promise<void> | void;
  /** Starts (`true`) or stops the clock that times the server. */
  setWaiting(forServer: boolean): void;
}

type Reader = Pick<ReadableStreamDefaultReader<Uint8Array>, "cancel"> & {
  read(): Promise<{ value?: Uint8Array | undefined }>;
};

const CRLF = Buffer.from("\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

/** Streams the body of a request to the server, no faster than the server accepts it. */
export class Upload {
  readonly #reader: Reader;
  readonly #length: number | undefined;
  readonly #target: UploadTarget;
  #isComplete = false;

  /** @param length bytes, where they are known beforehand; otherwise the body is sent in chunks. */
  constructor(body: ReadableStream<Uint8Array>, length: number | undefined, target: UploadTarget) {
    this.#reader = body.getReader();
    this.#length = length;
    this.#target = target;
  }

  /** Whether the whole body was written. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** @throws the error of the body, or an error where its length is not `length`. */
  async run(): Promise<void> {
    let sent = 0;
    for (;;) {
      this.#target.setWaiting(false);
      const { value } = await this.#reader.read();
      this.#target.setWaiting(true);
      if (!value) break;
      if (value.byteLength === 0) continue;
      sent += value.byteLength;
      if (sent > (this.#length ?? sent)) throw new Error("The body is longer than its length");
      await this.#target.write(this.#frame(value));
    }
    if (this.#length === undefined) await this.#target.write(LAST_CHUNK);
    else if (sent < this.#length) throw new Error("The body is shorter than its length");
    this.#isComplete = true;
  }

  /** Gives up the rest of the body. */
  cancel(): void {
    if (!this.#isComplete) this.#reader.cancel().catch(() => {});
  }

  #frame(piece: Uint8Array): Buffer {
    if (this.#length !== undefined)
      return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const size = Buffer.from(`${piece.byteLength.toString(16)}\r\n`);
    return Buffer.concat([size, piece, CRLF]);
  }
}
