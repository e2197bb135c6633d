import { type BodyDecoder, bodyDecoder, type PieceListener } from "./body-decoder.ts";
import { BrokenConnectionError, MalformedAnswerError } from "./failures.ts";
import { type AnswerHead, readAnswerHead } from "./response-head.ts";

const END_OF_HEAD = "\r\n\r\n";
const LARGEST_HEAD = 64 * 1024;
const MOST_INTERIM = 100;

/** Who is told of an answer as it comes. */
export interface AnswerListener extends PieceListener {
  /** @param length bytes of the body: 0 where there is none, undefined where it is not known. */
  onHead(head: AnswerHead, length: number | undefined): void;
  /** The answer is complete. */
  onEnd(): void;
}

/** Reads the one answer to a request out of a connection's bytes. */
export class AnswerReader {
  readonly #method: string;
  readonly #listener: AnswerListener;
  #head: Buffer<ArrayBuffer> | null = null;
  #interim = 0;
  #body: BodyDecoder | null = null;

  constructor(method: string, listener: AnswerListener) {
    this.#method = method;
    this.#listener = listener;
  }

  /**
   * Takes the next bytes that came.
   * @throws MalformedAnswerError, also for bytes that nobody has asked for.
   */
  take(data: Buffer<ArrayBuffer>): void {
    if (this.#body) this.#takeBody(this.#body, data);
    else this.#takeHead(this.#head ? Buffer.concat([this.#head, data]) : data);
  }

  /**
   * The server has ended the connection.
   * @throws BrokenConnectionError where the answer was not complete.
   */
  end(): void {
    if (!this.#body?.endsWithConnection) throw new BrokenConnectionError();
    this.#listener.onEnd();
  }

  #takeHead(data: Buffer<ArrayBuffer>): void {
    let left = data;
    for (;;) {
      const end = left.indexOf(END_OF_HEAD);
      if ((end < 0 ? left.byteLength : end) > LARGEST_HEAD)
        throw new MalformedAnswerError("its head is too large");
      this.#head = end < 0 ? left : null;
      if (end < 0) return;
      const head = readAnswerHead(left.toString("latin1", 0, end));
      left = left.subarray(end + END_OF_HEAD.length);
      if (head.status >= 200) {
        this.#begin(head, left);
        return;
      }
      // An interim answer (RFC 9110, 15.2); the one that counts is still to come.
      if (head.status === 101) throw new MalformedAnswerError("nobody asked for an upgrade");
      if (++this.#interim > MOST_INTERIM)
        throw new MalformedAnswerError("it does not come to its point");
    }
  }

  #begin(head: AnswerHead, rest: Buffer<ArrayBuffer>): void {
    this.#body = bodyDecoder(this.#method, head);
    this.#listener.onHead(head, this.#body ? this.#body.length : 0);
    if (this.#body) {
      if (rest.byteLength > 0) this.#takeBody(this.#body, rest);
    } else this.#complete(rest.byteLength);
  }

  #takeBody(body: BodyDecoder, data: Buffer<ArrayBuffer>): void {
    const end = body.take(data, this.#listener);
    if (end >= 0) this.#complete(data.byteLength - end);
  }

  #complete(more: number): void {
    if (more > 0) throw new MalformedAnswerError("more came than was asked for");
    this.#listener.onEnd();
  }
}
