/** The body of a response that arrives piece by piece. */
export interface ResponseBody {
  /** Bytes, where they are known beforehand. */
  readonly length: number | undefined;
  /**
   * Reads the next piece; call it again only when it has resolved.
   * @returns undefined after the last piece.
   * @throws the reason for which the response was aborted.
   */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Gives up the rest of the body. */
  cancel(): void;
}

/** How a body controls the connection that it arrives on. */
export interface FlowControl {
  /** Starts (`true`) or stops the clock that times the server. */
  setWaiting(forServer: boolean): void;
  /** Stops reading from the connection. */
  pause(): void;
  resume(): void;
  cancel(): void;
}

/** Unread bytes above which the connection is paused. */
const HIGH_WATER_MARK_BYTES = 256 * 1024;

/** Queues the pieces of a body that have arrived and were not read yet. */
export class BodyQueue implements ResponseBody {
  readonly length: number | undefined;
  readonly #flow: FlowControl;
  readonly #pieces: Buffer<ArrayBuffer>[] = [];
  #size = 0;
  #end: { readonly error?: Error } | null = null;
  #reader: PromiseWithResolvers<Buffer<ArrayBuffer> | undefined> | null = null;

  constructor(flow: FlowControl, length: number | undefined) {
    this.#flow = flow;
    this.length = length;
  }

  push(piece: Buffer<ArrayBuffer>): void {
    if (this.#reader) {
      this.#reader.resolve(piece);
      this.#reader = null;
      this.#flow.setWaiting(false);
      return;
    }
    this.#pieces.push(piece);
    this.#size += piece.byteLength;
    if (this.#size > HIGH_WATER_MARK_BYTES) this.#flow.pause();
  }

  /** An error replaces the unread pieces, because a caller that got none of them can still get a problem. */
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
      if (this.#size <= HIGH_WATER_MARK_BYTES) this.#flow.resume();
      return piece;
    }
    if (this.#end?.error) throw this.#end.error;
    if (this.#end) return undefined;
    this.#reader = Promise.withResolvers();
    this.#flow.setWaiting(true);
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
