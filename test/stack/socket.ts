import { type ChatEvent, isKnownEvent } from "@parley/contracts/events";
import type { ClientFrame, ServerFrame } from "@parley/contracts/frames";

type FrameOf<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

/** A WebSocket client that stores every received frame in order. */
export class Socket implements Disposable {
  readonly frames: ServerFrame[] = [];
  /** Payload bytes received and sent so far. */
  readonly bytes = { in: 0, out: 0 };
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #opened: Promise<void>;
  #wake = Promise.withResolvers<void>();

  constructor(url: string, headers: Record<string, string>, protocols: string[] = ["parley.v1"]) {
    this.#socket = new WebSocket(url, { headers, protocols });
    this.#socket.onmessage = ({ data }) => {
      this.bytes.in += Buffer.byteLength(data);
      this.frames.push(JSON.parse(String(data)));
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    };
    this.#opened = new Promise((resolve, reject) => {
      this.#socket.onopen = () => resolve();
      this.#socket.onerror = () => reject(new Error(`no WebSocket at ${url}`));
    });
    this.closed = new Promise((resolve) => {
      this.#socket.onclose = ({ code }) => resolve(code);
    });
  }

  opened(): Promise<void> {
    return this.#opened;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  send(frame: ClientFrame): void {
    this.sendText(JSON.stringify(frame));
  }

  sendText(text: string | Uint8Array): void {
    this.bytes.out += Buffer.byteLength(text);
    this.#socket.send(text);
  }

  /** Sends a message and waits for its acknowledgement. */
  async say(chat: string, body: string, clientId: string = crypto.randomUUID()) {
    this.send({ type: "send", chat, body, clientId });
    return this.until("ack", (ack) => ack.clientId === clientId);
  }

  /**
   * Waits for the first matching frame of a type, among the received and the future ones.
   * @param from the index in `frames` to begin at.
   * @throws Error after 20 s.
   */
  async until<T extends ServerFrame["type"]>(
    type: T,
    fits: (frame: FrameOf<T>) => boolean = () => true,
    from = 0,
  ): Promise<FrameOf<T>> {
    const deadline = Date.now() + 20_000;
    for (let next = from; ; ) {
      for (; next < this.frames.length; next++) {
        const frame = this.frames[next] as FrameOf<T>;
        if (frame.type === type && fits(frame)) return frame;
      }
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no matching ${type} frame within 20 s`);
      await Promise.race([this.#wake.promise, Bun.sleep(left)]);
    }
  }

  /** Returns all received events of a chat in the order of their arrival. */
  events(chat: string): ChatEvent[] {
    return this.frames.flatMap((frame) =>
      frame.type === "events" && frame.chat === chat ? frame.events.filter(isKnownEvent) : [],
    );
  }

  untilEvent(chat: string, fits: (event: ChatEvent) => boolean) {
    return this.until(
      "events",
      (frame) => frame.chat === chat && frame.events.filter(isKnownEvent).some(fits),
    );
  }

  close(): void {
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}
