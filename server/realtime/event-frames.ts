import type { ChatEvent } from "@parley/contracts/events";

export interface EventFrame {
  /** A frame, encoded. */
  readonly text: string;
  readonly events: readonly ChatEvent[];
}

/**
 * Encodes events of a chat in as few frames as have at most `most` characters each; one event is
 * never cut, however long it is.
 */
export function* eventFrames(
  chat: string,
  events: readonly ChatEvent[],
  most: number,
): Generator<EventFrame> {
  if (events.length === 0) return;
  const text = JSON.stringify({ type: "events", chat, events });
  if (text.length <= most || events.length === 1) yield { text, events };
  else {
    const half = events.length >>> 1;
    yield* eventFrames(chat, events.slice(0, half), most);
    yield* eventFrames(chat, events.slice(half), most);
  }
}
