/** The body of an answer as it comes. */
export interface AnswerBody {
  /**
   * The next piece, or undefined after the last; one is asked for at a time.
   * @throws why the answer broke off.
   */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Nobody wants the rest. */
  cancel(): void;
}

/** What the connection does for those who read from it. */
export interface Flow {
  /** Told whether the server is waited for. */
  waits(forServer: boolean): void;
  /** More lies here than is good: the server has to wait. */
  pause(): void;
  resume(): void;
  cancel(): void;
}

/** Bytes that may lie here unread before the server is made to wait. */
const HIGH_WATER = 256 * 1024;

/** Holds what of a body has come and was not read yet. */
export class BodyQueue implements AnswerBody {
  readonly #flow: Flow;
  readonly #pieces: Buffer<ArrayBuffer>[] = [];
  #size = 0;
  #end: { readonly error?: Error } | null = null;
  #reader: PromiseWithResolvers<Buffer<ArrayBuffer> | undefined> | null = null;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  push(piece: Buffer<ArrayBuffer>): void {
    if (this.#reader) {
      this.#reader.resolve(piece);
      this.#reader = null;
      this.#flow.waits(false);
      return;
    }
    this.#pieces.push(piece);
    this.#size += piece.byteLength;
    if (this.#size > HIGH_WATER) this.#flow.pause();
  }

  /** An error comes before what was not read yet: where nothing was, the reader's own caller can still be told. */
  end(error?: Error): void {
    this.#end = error ? { error } : {};
    if (error) {
      this.#drop();
      this.#reader?.reject(error);
    } else this.#reader?.resolve(undefined);
    this.#reader = null;
  }

  async read(): Promise<Buffer<ArrayBuffer> | undefined> {
    const piece = this.#pieces.shift();
    if (piece) {
      this.#size -= piece.byteLength;
      if (this.#size <= HIGH_WATER) this.#flow.resume();
      return piece;
    }
    if (this.#end?.error) throw this.#end.error;
    if (this.#end) return undefined;
    this.#reader = Promise.withResolvers();
    this.#flow.waits(true);
    return this.#reader.promise;
  }

  cancel(): void {
    this.#drop();
    this.#flow.cancel();
    this.end();
  }

  #drop(): void {
    this.#pieces.length = 0;
    this.#size = 0;
  }
}
