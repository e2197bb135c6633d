import type { ServerFrame } from "@parley/contracts/frames";

const INTERVAL_MS = 250;

/** A member of a chat who sends a message four times a second and measures each acknowledgement. */
export class Neighbour {
  sent = 0;
  acknowledged = 0;
  /** Codes of `reject` frames. */
  readonly rejects: string[] = [];
  /** Codes of closes. */
  readonly drops: number[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, number>();
  #worstMs = 0;

  constructor(
    url: string,
    token: string,
    private readonly chat: string,
  ) {
    const headers = { authorization: `Bearer ${token}` };
    this.#socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers });
    this.#socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)));
    this.#socket.onclose = ({ code }) => this.drops.push(code);
  }

  /** The longest wait for an acknowledgement since the last call, unacknowledged messages included. */
  takeWorst(): number {
    const now = performance.now();
    const waits = [...this.#waiting.values()].map((since) => now - since);
    const worst = Math.max(this.#worstMs, ...waits);
    this.#worstMs = 0;
    return worst;
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === "welcome") setInterval(() => this.#say(), INTERVAL_MS);
    else if (frame.type === "ack") this.#acknowledge(frame.clientId);
    else if (frame.type === "reject") this.rejects.push(frame.code);
  }

  #say(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const clientId = crypto.randomUUID();
    const frame = { type: "send", chat: this.chat, clientId, body: `message ${++this.sent}` };
    this.#waiting.set(clientId, performance.now());
    this.#socket.send(JSON.stringify(frame));
  }

  #acknowledge(clientId: string): void {
    const since = this.#waiting.get(clientId);
    if (since === undefined) return;
    this.#waiting.delete(clientId);
    this.acknowledged++;
    this.#worstMs = Math.max(this.#worstMs, performance.now() - since);
  }
}
