import type { Socket } from "node:net";
import { BrokenConnectionError, ResponseTimeoutError, UnreachableError } from "./errors.ts";
import { Exchange, type UpstreamResponse } from "./exchange.ts";
import type { UpstreamRequest } from "./request-head.ts";
import { Upload } from "./upload.ts";

export interface ConnectionListener {
  /** The connection can be used for another request. */
  onIdle(): void;
  onClose(): void;
}

export interface ConnectionTimeouts {
  /** How long the server may send nothing while it is waited for. */
  readonly responseMs: number;
  /** How long an idle connection is kept at most. */
  readonly keepAliveMs: number;
}

/**
 * One connection to the server, for one request at a time (RFC 9112). Every fault ends the connection,
 * because the bytes behind a fault belong to no response.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #listener: ConnectionListener;
  #exchange: Exchange | null = null;
  #upload: Upload | null = null;
  #isClosed = false;
  #isPaused = false;
  /** How long the server keeps the idle connection, where its response names a time. */
  #serverKeepAliveMs = Infinity;
  /** When the wait for the server, or for the next request, began; null while another party is waited for. */
  #waitingSince: number | null = performance.now();
  #drained = Promise.withResolvers<void>();

  constructor(socket: Socket, listener: ConnectionListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.setNoDelay(true);
    socket.on("data", (data: Buffer<ArrayBuffer>) => this.#receive(data));
    socket.on("drain", () => this.#drained.resolve());
    socket.on("end", () => this.#onEnd());
    socket.on("error", (error) => this.#fail(new BrokenConnectionError(error)));
    socket.on("close", () => this.#fail(new BrokenConnectionError()));
  }

  /**
   * Sends a request; the connection must be idle.
   * @throws UnreachableError where the connection has ended meanwhile.
   */
  send(head: string, request: UpstreamRequest): Promise<UpstreamResponse> {
    if (this.#isClosed) return Promise.reject(new UnreachableError("The connection has ended"));
    const { body, length, signal } = request;
    const exchange = new Exchange(request, {
      setWaiting: (forServer) => this.#setWaiting(forServer),
      pause: () => this.#pause(),
      resume: () => this.#exchange === exchange && this.#resume(),
      cancel: () => this.#exchange === exchange && this.#close(),
    });
    this.#exchange = exchange;
    this.#setWaiting(true);
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
    return exchange.response;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Ends a request, or an idle connection, that has taken too long. */
  checkTimeouts({ responseMs, keepAliveMs }: ConnectionTimeouts): void {
    const waited = this.#waitingSince === null ? 0 : performance.now() - this.#waitingSince;
    if (this.#exchange && waited > responseMs) this.#fail(new ResponseTimeoutError());
    else if (!this.#exchange && waited > Math.min(keepAliveMs, this.#serverKeepAliveMs))
      this.#close();
  }

  /** Closes the connection; a request in progress fails. */
  close(): void {
    this.#fail(new BrokenConnectionError());
  }

  async #sendBody(
    body: ReadableStream<Uint8Array>,
    length: number | undefined,
    exchange: Exchange,
  ): Promise<void> {
    this.#upload = new Upload(body, length, {
      // A response that streams meanwhile controls the clock alone.
      setWaiting: (forServer) =>
        this.#exchange === exchange && !exchange.hasResponded && this.#setWaiting(forServer),
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

  #receive(data: Buffer<ArrayBuffer>): void {
    if (this.#waitingSince !== null) this.#setWaiting(true);
    this.#withExchange((exchange) => {
      exchange.receive(data);
      if (exchange.isComplete) this.#complete(exchange.keepAliveMs);
    });
  }

  /** The server has ended the connection, which completes a response without a length. */
  #onEnd(): void {
    this.#withExchange((exchange) => {
      exchange.connectionEnded();
      this.#complete(0);
    });
  }

  /** Bytes without a request close the connection. */
  #withExchange(handle: (exchange: Exchange) => void): void {
    try {
      if (this.#exchange) handle(this.#exchange);
      else this.#close();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /**
   * A response is complete. If the server responded before the whole request was sent, the connection
   * is closed, because the server would take the rest of that request for the next one.
   */
  #complete(serverKeepAliveMs: number): void {
    this.#exchange = null;
    if (serverKeepAliveMs > 0 && this.#upload?.isComplete !== false) {
      this.#serverKeepAliveMs = serverKeepAliveMs;
      this.#upload = null;
      this.#setWaiting(true);
      this.#resume();
      this.#listener.onIdle();
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
    this.#listener.onClose();
  }

  #setWaiting(forServer: boolean): void {
    this.#waitingSince = forServer ? performance.now() : null;
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
