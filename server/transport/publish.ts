import { encodeEgress } from "@parley/contracts/link";
import type { Publish } from "../realtime/hub.ts";
import { linkTopic } from "./link.ts";

interface PublishDeps {
  /** Sends text to all sockets that are subscribed to a topic. */
  publish(topic: string, text: string): void;
  /** Sends what is batched for the links; called before each publish. */
  flushLinks(): void;
  /** Counts what is published, so that slow readers are found. */
  notePublished(characters: number): void;
}

/** Publishes a frame natively to the sockets that are subscribed to a topic, and once to each link that is. */
export function createPublish({ notePublished, flushLinks, publish }: PublishDeps): Publish {
  return function publishToAll(topic, payload) {
    notePublished(payload.length);
    flushLinks();
    publish(topic, payload);
    publish(linkTopic(topic), encodeEgress({ kind: "publish", topic, payload }));
  };
}
