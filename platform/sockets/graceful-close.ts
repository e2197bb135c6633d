/** Milliseconds that a reader gets for what still waits for it before it is cut off. */
const PATIENCE = 30_000;

/** What is needed of a socket to part from it; Bun's `ServerWebSocket` has it. */
interface ClosableSocket {
  readonly readyState: number;
  readonly subscriptions: string[];
  getBufferedAmount(): number;
  unsubscribe(topic: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/**
 * Closes a socket after what already waits for its reader, so that a slow one still gets it.
 *
 * Bun would keep a closed socket for as long as its peer reads nothing; so the close waits for the
 * reader here, and not for ever.
 */
export class GracefulClose {
  #leaving: { readonly code: number; readonly reason: string; readonly cutOff: Timer } | null =
    null;

  constructor(private readonly socket: ClosableSocket) {}

  get isClosing(): boolean {
    return this.#leaving !== null || this.socket.readyState !== WebSocket.OPEN;
  }

  close(code: number, reason: string): void {
    if (this.isClosing) return;
    for (const topic of this.socket.subscriptions) this.socket.unsubscribe(topic);
    if (this.socket.getBufferedAmount() === 0) this.socket.close(code, reason);
    else {
      const cutOff = setTimeout(() => this.socket.terminate(), PATIENCE).unref();
      this.#leaving = { code, reason, cutOff };
    }
  }

  /** The reader took something of what waited. */
  drained(): void {
    if (this.#leaving && this.socket.getBufferedAmount() === 0)
      this.socket.close(this.#leaving.code, this.#leaving.reason);
  }

  closed(): void {
    if (this.#leaving) clearTimeout(this.#leaving.cutOff);
  }
}
