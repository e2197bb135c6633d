import { BodyQueue, type FlowControl, type ResponseBody } from "./body-queue.ts";
import type { UpstreamRequest } from "./request-head.ts";
import type { ResponseHead } from "./response-head.ts";
import { type ResponseListener, ResponseReader } from "./response-reader.ts";

export interface UpstreamResponse extends Omit<ResponseHead, "keepAliveMs"> {
  /**
   * A short body is buffered whole: that costs less, and a response that is aborted fails before any of
   * it is passed on. Every other body is streamed.
   */
  readonly body: Uint8Array<ArrayBuffer> | ResponseBody | null;
}

/** Whether a body arrives piece by piece. */
export function isStreamed(body: UpstreamResponse["body"]): body is ResponseBody {
  return body !== null && !(body instanceof Uint8Array);
}

/** Bodies up to this length are buffered, where the length is known. */
const MAX_BUFFERED_BODY_BYTES = 64 * 1024;

/** One request and its response. */
export class Exchange implements ResponseListener {
  readonly #reader: ResponseReader;
  readonly #flow: FlowControl;
  readonly #response = Promise.withResolvers<UpstreamResponse>();
  #head: ResponseHead | null = null;
  #pieces: Buffer<ArrayBuffer>[] = [];
  #queue: BodyQueue | null = null;
  #isComplete = false;

  constructor({ method }: UpstreamRequest, flow: FlowControl) {
    this.#reader = new ResponseReader(method, this);
    this.#flow = flow;
  }

  /** Resolves with the head of a streamed response, or with the whole of a buffered one. */
  get response(): Promise<UpstreamResponse> {
    return this.#response.promise;
  }

  /** Whether `response` has resolved. */
  get hasResponded(): boolean {
    return this.#isComplete || this.#queue !== null;
  }

  /** Whether the whole response has arrived. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** How long the server keeps the connection for the next request; 0 where it does not. */
  get keepAliveMs(): number {
    return this.#head?.keepAliveMs ?? 0;
  }

  /** @throws MalformedResponseError */
  receive(data: Buffer<ArrayBuffer>): void {
    this.#reader.receive(data);
  }

  /** @throws BrokenConnectionError where the response is incomplete. */
  connectionEnded(): void {
    this.#reader.end();
  }

  fail(error: Error): void {
    if (this.#queue) this.#queue.end(error);
    else this.#response.reject(error);
  }

  onHead(head: ResponseHead, length: number | undefined): void {
    this.#head = head;
    if (length !== undefined && length <= MAX_BUFFERED_BODY_BYTES) return;
    this.#queue = new BodyQueue(this.#flow, length);
    this.#flow.setWaiting(false);
    this.#response.resolve({ ...head, body: this.#queue });
  }

  onPiece(piece: Buffer<ArrayBuffer>): void {
    if (this.#queue) this.#queue.push(piece);
    else this.#pieces.push(piece);
  }

  onEnd(): void {
    this.#isComplete = true;
    if (this.#queue) this.#queue.end();
    else if (this.#head) this.#response.resolve({ ...this.#head, body: join(this.#pieces) });
  }
}

function join(pieces: readonly Buffer<ArrayBuffer>[]): Buffer<ArrayBuffer> | null {
  const [first, ...more] = pieces;
  if (!first) return null;
  return more.length === 0 ? first : Buffer.concat(pieces);
}
