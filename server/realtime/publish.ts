import { encodeDown } from "@parley/contracts/link";
import type { Publish } from "./hub.ts";
import { linkTopic } from "./link.ts";

/**
 * Publishes natively: to the sockets that subscribed to a topic, and once to each link that did.
 * @param note is told how many characters were published.
 */
export function publishOver(
  native: (topic: string, data: string) => void,
  note: (characters: number) => void,
): Publish {
  return function publish(topic, payload) {
    note(payload.length);
    native(topic, payload);
    native(linkTopic(topic), encodeDown({ kind: "publish", topic, payload }));
  };
}
