import type { EgressFrame } from "@parley/contracts/link";
import { createSlowReaderSweep } from "@parley/platform/sockets/slow-reader-sweep";
import type { BrowserSocket } from "./browser-socket.ts";

type SessionFrame = Exclude<EgressFrame, { kind: "publish" }>;

/** Sends a frame to every subscriber of a topic, as Bun's own publish does. @returns how many there are. */
export type Publish = (topic: string, payload: string) => number;

export interface EgressDeps {
  readonly sockets: ReadonlyMap<number, BrowserSocket>;
  readonly publish: Publish;
  /** Called once a frame, with the bytes that were sent to all its readers together. */
  readonly onSent: (bytes: number) => void;
  /** Called after each frame that the server sent to one connection. */
  readonly onDelivered: (socket: BrowserSocket) => void;
}

/** Sends the frames of the link to the browsers, and closes the sockets of readers that are too slow. */
export function createEgress({ sockets, publish, onSent, onDelivered }: EgressDeps) {
  const notePublished = createSlowReaderSweep(sockets);

  function publishFrame(topic: string, payload: string): void {
    const readers = publish(topic, payload);
    if (readers > 0) onSent(readers * Buffer.byteLength(payload));
    notePublished(payload.length);
  }

  function applyFrame(socket: BrowserSocket | undefined, frame: SessionFrame): void {
    if (!socket) return;
    switch (frame.kind) {
      case "deliver":
        socket.deliver(frame.payload);
        onSent(Buffer.byteLength(frame.payload));
        onDelivered(socket);
        socket.closeIfSlow();
        break;
      case "drainRequest":
        socket.requestDrain();
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

  return function onFrame(frame: EgressFrame): void {
    if (frame.kind === "publish") publishFrame(frame.topic, frame.payload);
    else applyFrame(sockets.get(frame.connection), frame);
  };
}
