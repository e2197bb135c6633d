import { CLOSES } from "@parley/contracts/closes";
import { LIMITS } from "@parley/contracts/limits";
import type { EgressFrame } from "@parley/contracts/link";
import type { BrowserSocket } from "./browser-socket.ts";

/** Characters published between two looks at how much waits for whom. */
const LOOK_EVERY = LIMITS.maxBackpressureBytes / 4;

type FrameForOne = Exclude<EgressFrame, { kind: "publish" }>;

/** Hands a frame to every subscriber of a topic, as Bun's own publish does. @returns how many those are. */
export type Publish = (topic: string, payload: string) => number;

export interface DownwardDeps {
  readonly sockets: ReadonlyMap<number, BrowserSocket>;
  readonly publish: Publish;
  /** Called with the bytes of what was handed to browsers, once a frame, however many hear it. */
  readonly sent: (bytes: number) => void;
  /** Called after each frame that the server said to one session. */
  readonly delivered: (socket: BrowserSocket) => void;
}

/** Carries the link's frames down to the browsers, and notes whose reader is too slow for them. */
export function createDownward({ sockets, publish, sent, delivered }: DownwardDeps) {
  let published = 0;

  function receive(frame: EgressFrame): void {
    if (frame.kind === "publish") publishToAll(frame.topic, frame.payload);
    else receiveFor(sockets.get(frame.connection), frame);
  }

  /** Publishing tells nothing about one reader, so all are looked at each time enough was published. */
  function publishToAll(topic: string, payload: string): void {
    const readers = publish(topic, payload);
    if (readers > 0) sent(readers * Buffer.byteLength(payload));
    published += payload.length;
    if (published < LOOK_EVERY) return;
    published = 0;
    for (const socket of sockets.values()) closeWhereSlow(socket);
  }

  function receiveFor(socket: BrowserSocket | undefined, frame: FrameForOne): void {
    if (!socket) return;
    switch (frame.kind) {
      case "deliver":
        socket.deliver(frame.payload);
        sent(Buffer.byteLength(frame.payload));
        delivered(socket);
        closeWhereSlow(socket);
        break;
      case "drainRequest":
        socket.ask();
        break;
      case "subscribe":
        socket.subscribe(frame.topics);
        break;
      case "unsubscribe":
        socket.unsubscribe(frame.topics);
        break;
      case "close":
        socket.close(frame.code, frame.reason);
        break;
    }
  }

  return receive;
}

/** Bun would cut a slow reader off with 1006 a little later: our own close says why. */
function closeWhereSlow(socket: BrowserSocket): void {
  const { code, reason } = CLOSES.tooSlow;
  if (socket.waiting > LIMITS.maxBackpressureBytes) socket.close(code, reason);
}
