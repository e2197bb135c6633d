import type { EgressFrame } from "@parley/contracts/link";
import type { BrowserSocket } from "./browser-socket.ts";

type SessionFrame = Exclude<EgressFrame, { kind: "publish" }>;

/** Sends a frame to every subscriber of a topic, as Bun's own publish does. @returns how many there are. */
export type Publish = (topic: string, payload: string) => number;

export interface EgressDeps {
  readonly sockets: ReadonlyMap<number, BrowserSocket>;
  readonly publish: Publish;
  /** Called once a frame, with its bytes and the number of its readers. */
  readonly onSent: (bytes: number, readers: number) => void;
  /** Called after each frame that the server sent to one connection. */
  readonly onDelivered: (socket: BrowserSocket, payload: string) => void;
}

/** Sends the frames of the link to the browsers. */
export function createEgress({ sockets, publish, onSent, onDelivered }: EgressDeps) {
  function publishFrame(topic: string, payload: string): void {
    const readers = publish(topic, payload);
    if (readers > 0) onSent(Buffer.byteLength(payload), readers);
  }

  function applyFrame(socket: BrowserSocket | undefined, frame: SessionFrame): void {
    if (!socket) return;
    switch (frame.kind) {
      case "deliver":
        socket.deliver(frame.payload);
        onSent(Buffer.byteLength(frame.payload), 1);
        onDelivered(socket, frame.payload);
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
