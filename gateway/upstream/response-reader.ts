import { type BodyDecoder, createBodyDecoder, type PieceListener } from "./body-decoder.ts";
import { BrokenConnectionError, MalformedResponseError } from "./errors.ts";
import { parseResponseHead, type ResponseHead } from "./response-head.ts";

const END_OF_HEAD = "\r\n\r\n";
const MAX_HEAD_BYTES = 64 * 1024;
const MAX_INTERIM_RESPONSES = 100;

export interface ResponseListener extends PieceListener {
  /** @param length bytes of the body: 0 where there is none, undefined where the length is unknown. */
  onHead(head: ResponseHead, length: number | undefined): void;
  /** The response is complete. */
  onEnd(): void;
}

/** Reads the response to one request from the bytes of a connection. */
export class ResponseReader {
  readonly #method: string;
  readonly #listener: ResponseListener;
  #head: Buffer<ArrayBuffer> | null = null;
  #interimResponses = 0;
  #body: BodyDecoder | null = null;

  constructor(method: string, listener: ResponseListener) {
    this.#method = method;
    this.#listener = listener;
  }

  /** @throws MalformedResponseError, also for bytes behind the end of the response. */
  receive(data: Buffer<ArrayBuffer>): void {
    if (this.#body) this.#readBody(this.#body, data);
    else this.#readHead(this.#head ? Buffer.concat([this.#head, data]) : data);
  }

  /**
   * The server has ended the connection.
   * @throws BrokenConnectionError where the response is incomplete.
   */
  end(): void {
    if (!this.#body?.endsWithConnection) throw new BrokenConnectionError();
    this.#listener.onEnd();
  }

  #readHead(data: Buffer<ArrayBuffer>): void {
    let left = data;
    for (;;) {
      const end = left.indexOf(END_OF_HEAD);
      if ((end < 0 ? left.byteLength : end) > MAX_HEAD_BYTES)
        throw new MalformedResponseError("the head is too large");
      this.#head = end < 0 ? left : null;
      if (end < 0) return;
      const head = parseResponseHead(left.toString("latin1", 0, end));
      left = left.subarray(end + END_OF_HEAD.length);
      if (head.status >= 200) {
        this.#startBody(head, left);
        return;
      }
      // An interim response precedes the final one (RFC 9110, 15.2).
      if (head.status === 101) throw new MalformedResponseError("an upgrade without a request");
      if (++this.#interimResponses > MAX_INTERIM_RESPONSES)
        throw new MalformedResponseError("too many interim responses");
    }
  }

  #startBody(head: ResponseHead, rest: Buffer<ArrayBuffer>): void {
    this.#body = createBodyDecoder(this.#method, head);
    this.#listener.onHead(head, this.#body ? this.#body.length : 0);
    if (this.#body) {
      if (rest.byteLength > 0) this.#readBody(this.#body, rest);
    } else this.#complete(rest.byteLength);
  }

  #readBody(body: BodyDecoder, data: Buffer<ArrayBuffer>): void {
    const end = body.decode(data, this.#listener);
    if (end >= 0) this.#complete(data.byteLength - end);
  }

  #complete(bytesLeft: number): void {
    if (bytesLeft > 0) throw new MalformedResponseError("bytes behind the end of the response");
    this.#listener.onEnd();
  }
}
