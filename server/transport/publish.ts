import { encodeEgress } from "@parley/contracts/link";
import type { Publish } from "../realtime/hub.ts";
import { linkTopic } from "./link.ts";

interface Network {
  /** Hands text to all sockets that subscribed to a topic. */
  publish(topic: string, text: string): void;
  /** Called before each publishing. */
  flushLinks(): void;
  /** Told how many characters are published. */
  notePublished(characters: number): void;
}

/** Publishes natively: to the sockets that subscribed to a topic, and once to each link that did. */
export function createPublish(network: Network): Publish {
  return function publish(topic, payload) {
    network.notePublished(payload.length);
    network.flushLinks();
    network.publish(topic, payload);
    network.publish(linkTopic(topic), encodeEgress({ kind: "publish", topic, payload }));
  };
}
