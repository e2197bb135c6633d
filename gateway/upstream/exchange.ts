import { type AnswerBody, BodyQueue, type Flow } from "./body-queue.ts";
import type { UpstreamRequest } from "./request-head.ts";
import type { AnswerHead } from "./response-head.ts";
import { type AnswerListener, AnswerReader } from "./response-reader.ts";

export interface Answer extends Omit<AnswerHead, "keptFor"> {
  /** A small one comes whole: it costs less, and one that breaks off is an error before any of it is handed on. */
  readonly body: Uint8Array<ArrayBuffer> | AnswerBody | null;
}

/** Whether a body comes piece by piece. */
export function isStreamed(body: Answer["body"]): body is AnswerBody {
  return body !== null && !(body instanceof Uint8Array);
}

/** Bytes up to which a body comes whole, where its length is said. */
const WHOLE = 64 * 1024;

/** One request, and its answer as it comes. */
export class Exchange implements AnswerListener {
  readonly #reader: AnswerReader;
  readonly #flow: Flow;
  readonly #answer = Promise.withResolvers<Answer>();
  #head: AnswerHead | null = null;
  #pieces: Buffer<ArrayBuffer>[] = [];
  #queue: BodyQueue | null = null;
  #isOver = false;

  constructor({ method }: UpstreamRequest, flow: Flow) {
    this.#reader = new AnswerReader(method, this);
    this.#flow = flow;
  }

  /** Comes with the first piece of a long body, and with all of a short one. */
  get answer(): Promise<Answer> {
    return this.#answer.promise;
  }

  /** Whether the answer was handed on, complete or not. */
  get isAnswered(): boolean {
    return this.#isOver || this.#queue !== null;
  }

  /** Whether the answer is complete. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Milliseconds for which the connection may be used for the next one. */
  get connectionKeptFor(): number {
    return this.#head?.keptFor ?? 0;
  }

  /** @throws MalformedAnswerError */
  take(data: Buffer<ArrayBuffer>): void {
    this.#reader.take(data);
  }

  /** @throws BrokenConnectionError where the answer is not complete without more. */
  connectionEnded(): void {
    this.#reader.end();
  }

  fail(error: Error): void {
    if (this.#queue) this.#queue.end(error);
    else this.#answer.reject(error);
  }

  onHead(head: AnswerHead, length: number | undefined): void {
    this.#head = head;
    if (length !== undefined && length <= WHOLE) return;
    this.#queue = new BodyQueue(this.#flow);
    this.#flow.waits(false);
    this.#answer.resolve({ ...head, body: this.#queue });
  }

  onPiece(piece: Buffer<ArrayBuffer>): void {
    if (this.#queue) this.#queue.push(piece);
    else this.#pieces.push(piece);
  }

  onEnd(): void {
    this.#isOver = true;
    if (this.#queue) this.#queue.end();
    else if (this.#head) this.#answer.resolve({ ...this.#head, body: whole(this.#pieces) });
  }
}

function whole(pieces: readonly Buffer<ArrayBuffer>[]): Buffer<ArrayBuffer> | null {
  const [first, ...more] = pieces;
  if (!first) return null;
  return more.length === 0 ? first : Buffer.concat(pieces);
}
