import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";

export interface EventFrame {
  /** The encoded frame. */
  readonly text: string;
  readonly events: readonly ChatEvent[];
}

/** Characters of one live frame of events: far below the backlog that closes a slow reader. */
const MAX_LIVE_FRAME_CHARACTERS = 256 * 1024;

/** Encodes events as the frames in which they are published. */
export function liveEventFrames(chat: ChatId, events: readonly ChatEvent[]): Generator<EventFrame> {
  return eventFrames(chat, events, MAX_LIVE_FRAME_CHARACTERS);
}

/**
 * Encodes events of a chat in as few frames as possible.
 * @param maxCharacters of one frame; an event that is longer gets a frame of its own.
 */
export function* eventFrames(
  chat: ChatId,
  events: readonly ChatEvent[],
  maxCharacters: number,
): Generator<EventFrame> {
  if (events.length === 0) return;
  const text = JSON.stringify({ type: "events", chat, events });
  if (text.length <= maxCharacters || events.length === 1) yield { text, events };
  else {
    const half = events.length >>> 1;
    yield* eventFrames(chat, events.slice(0, half), maxCharacters);
    yield* eventFrames(chat, events.slice(half), maxCharacters);
  }
}
