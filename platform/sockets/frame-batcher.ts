import { packFrames } from "@parley/contracts/link";

/** Characters after which no more is gathered. */
const MOST = 128 * 1024;

/** Gathers the frames of one turn of the event loop into one message of the link: each message costs both ends a wake-up. */
export class FrameBatcher {
  #frames: string[] = [];
  #characters = 0;

  /** @param send takes a message; not called any more once the link is gone. */
  constructor(private readonly send: (message: string) => void) {}

  add(frame: string): void {
    if (this.#frames.length === 0) setImmediate(() => this.flush());
    this.#frames.push(frame);
    this.#characters += frame.length;
    if (this.#characters > MOST) this.flush();
  }

  /** Sends what is gathered now, so that it comes before whatever takes another way. */
  flush(): void {
    if (this.#frames.length === 0) return;
    const message = packFrames(this.#frames);
    this.#frames = [];
    this.#characters = 0;
    this.send(message);
  }
}
