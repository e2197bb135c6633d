import type { Socket } from "node:net";
import { type Answer, Exchange } from "./exchange.ts";
import { BrokenConnectionError, SilenceError, UnreachableError } from "./failures.ts";
import type { UpstreamRequest } from "./request-head.ts";
import { Upload } from "./upload.ts";

export interface ConnectionEvents {
  /** It may be used for another request. */
  onIdle(): void;
  /** It may not be used any more. */
  onClose(): void;
}

/** Milliseconds. */
export interface Patience {
  readonly silence: number;
  /** How long a connection is kept at most that nobody uses. */
  readonly kept: number;
}

/**
 * One connection to the server, for one request at a time (RFC 9112). Whatever goes wrong ends it:
 * what comes behind a fault belongs to nobody.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  #exchange: Exchange | null = null;
  #upload: Upload | null = null;
  #isClosed = false;
  #isPaused = false;
  /** Milliseconds that the server keeps it while nobody uses it, as far as it has said. */
  #keptFor = Infinity;
  /** Since when the server is waited for, or else a request; null while somebody else is. */
  #waitsSince: number | null = performance.now();
  #drained = Promise.withResolvers<void>();

  constructor(socket: Socket, events: ConnectionEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.setNoDelay(true);
    socket.on("data", (data: Buffer<ArrayBuffer>) => this.#take(data));
    socket.on("drain", () => this.#drained.resolve());
    socket.on("end", () => this.#ended());
    socket.on("error", (error) => this.#fail(new BrokenConnectionError(error)));
    socket.on("close", () => this.#fail(new BrokenConnectionError()));
  }

  /** Sends a request on a connection that is idle; rejects with UnreachableError where it has ended meanwhile. */
  send(head: string, request: UpstreamRequest): Promise<Answer> {
    if (this.#isClosed) return Promise.reject(new UnreachableError("The connection has ended"));
    const { body, length, signal } = request;
    const exchange = new Exchange(request, {
      waits: (forServer) => this.#waits(forServer),
      pause: () => this.#pause(),
      resume: () => this.#exchange === exchange && this.#resume(),
      cancel: () => this.#exchange === exchange && this.#close(),
    });
    this.#exchange = exchange;
    this.#waits(true);
    signal.addEventListener(
      "abort",
      () => this.#exchange === exchange && this.#fail(signal.reason),
      { once: true },
    );
    if (body instanceof ReadableStream) {
      this.#socket.write(head, "latin1");
      void this.#sendBody(body, length, exchange);
    } else if (body) this.#socket.write(Buffer.concat([Buffer.from(head, "latin1"), body]));
    else this.#socket.write(head, "latin1");
    return exchange.answer;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Ends what takes too long. */
  check({ silence, kept }: Patience): void {
    const waited = this.#waitsSince === null ? 0 : performance.now() - this.#waitsSince;
    if (this.#exchange && waited > silence) this.#fail(new SilenceError());
    else if (!this.#exchange && waited > Math.min(kept, this.#keptFor)) this.#close();
  }

  /** Ends it, whatever is under way. */
  close(): void {
    this.#fail(new BrokenConnectionError());
  }

  async #sendBody(
    body: ReadableStream<Uint8Array>,
    length: number | undefined,
    exchange: Exchange,
  ): Promise<void> {
    this.#upload = new Upload(body, length, {
      // An answer that streams meanwhile has the clock to itself.
      waits: (forServer) =>
        this.#exchange === exchange && !exchange.isAnswered && this.#waits(forServer),
      write: (bytes) => {
        if (this.#isClosed) throw new BrokenConnectionError();
        if (this.#socket.write(bytes)) return;
        this.#drained = Promise.withResolvers();
        return this.#drained.promise;
      },
    });
    try {
      await this.#upload.run();
    } catch (error) {
      if (this.#exchange === exchange) this.#fail(error as Error);
    }
  }

  #take(data: Buffer<ArrayBuffer>): void {
    if (this.#waitsSince !== null) this.#waits(true);
    this.#step((exchange) => {
      exchange.take(data);
      if (exchange.isOver) this.#settle(exchange.connectionKeptFor);
    });
  }

  /** The server has ended the connection: an answer that says no length is complete now. */
  #ended(): void {
    this.#step((exchange) => {
      exchange.connectionEnded();
      this.#settle(0);
    });
  }

  /** What comes while nothing was asked is the end of the connection too. */
  #step(take: (exchange: Exchange) => void): void {
    try {
      if (this.#exchange) take(this.#exchange);
      else this.#close();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /**
   * An answer is complete. Where the server did not wait for the whole request, what is left of that
   * would be the next one's beginning.
   */
  #settle(keptFor: number): void {
    this.#exchange = null;
    if (keptFor > 0 && this.#upload?.isOver !== false) {
      this.#keptFor = keptFor;
      this.#upload = null;
      this.#waits(true);
      this.#resume();
      this.#events.onIdle();
    } else this.#close();
  }

  #fail(error: Error): void {
    const exchange = this.#exchange;
    this.#exchange = null;
    this.#close();
    exchange?.fail(error);
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#exchange = null;
    this.#upload?.cancel();
    this.#drained.resolve();
    this.#socket.destroy();
    this.#events.onClose();
  }

  #waits(forServer: boolean): void {
    this.#waitsSince = forServer ? performance.now() : null;
  }

  #pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }
}
