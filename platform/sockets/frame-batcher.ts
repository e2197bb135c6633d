import { packFrames } from "@parley/contracts/link";

/** Characters at which a batch is sent at once. */
const MAX_BATCH_CHARS = 128 * 1024;

/** Batches the frames of one turn of the event loop into one message of the link, because each message costs both ends a wake-up. */
export class FrameBatcher {
  #frames: string[] = [];
  #characters = 0;

  /** @param send sends one message on the link. */
  constructor(private readonly send: (message: string) => void) {}

  add(frame: string): void {
    if (this.#frames.length === 0) setImmediate(() => this.flush());
    this.#frames.push(frame);
    this.#characters += frame.length;
    if (this.#characters > MAX_BATCH_CHARS) this.flush();
  }

  /** Sends the batch now, so that it arrives before a message that does not go through the batcher. */
  flush(): void {
    if (this.#frames.length === 0) return;
    const message = packFrames(this.#frames);
    this.#frames = [];
    this.#characters = 0;
    this.send(message);
  }
}
