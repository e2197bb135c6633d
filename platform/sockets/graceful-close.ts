/** How long a reader may take for the bytes that are buffered for it. */
const DRAIN_TIMEOUT_MS = 30_000;

/** The part of Bun's `ServerWebSocket` that a graceful close uses. */
interface ClosableSocket {
  readonly readyState: number;
  readonly subscriptions: string[];
  getBufferedAmount(): number;
  unsubscribe(topic: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/**
 * Closes a socket after its reader has taken the buffered bytes.
 *
 * Bun would keep a closed socket for as long as its peer reads nothing; this close waits for the reader
 * at most {@link DRAIN_TIMEOUT_MS}, and then terminates the connection.
 */
export class GracefulClose {
  #pending: { readonly code: number; readonly reason: string; readonly timer: Timer } | null = null;

  constructor(private readonly socket: ClosableSocket) {}

  get isClosing(): boolean {
    return this.#pending !== null || this.socket.readyState !== WebSocket.OPEN;
  }

  close(code: number, reason: string): void {
    if (this.isClosing) return;
    for (const topic of this.socket.subscriptions) this.socket.unsubscribe(topic);
    if (this.socket.getBufferedAmount() === 0) this.socket.close(code, reason);
    else {
      const timer = setTimeout(() => this.socket.terminate(), DRAIN_TIMEOUT_MS).unref();
      this.#pending = { code, reason, timer };
    }
  }

  /** Call when the reader has taken buffered bytes. */
  drained(): void {
    if (this.#pending && this.socket.getBufferedAmount() === 0)
      this.socket.close(this.#pending.code, this.#pending.reason);
  }

  /** Ends the connection at once; what is buffered is lost. */
  terminate(): void {
    this.socket.terminate();
  }

  closed(): void {
    if (this.#pending) clearTimeout(this.#pending.timer);
  }
}
