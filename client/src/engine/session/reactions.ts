import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import type { AppStore } from "./app-state.ts";

type Reaction = Message["reactions"][number];

export type Reactions = ReturnType<typeof createReactions>;

/** The user's own reactions: shown at once, requested over HTTP, and confirmed by their events. */
export function createReactions(
  { state, setState, me }: AppStore,
  request: (chat: ChatId, seq: number, emoji: string, isOn: boolean) => Promise<unknown>,
) {
  /** @throws ApiError if the server refuses the reaction, which is taken back then. */
  async function react({ chat, seq }: Message, emoji: string, isOn: boolean): Promise<void> {
    const key = keyOf(chat, seq, emoji);
    setState("pendingReactions", key, isOn);
    try {
      await request(chat, seq, emoji, isOn);
    } catch (error) {
      if (state.pendingReactions[key] === isOn) setState("pendingReactions", key, undefined);
      throw error;
    }
  }

  function onEvent(chat: ChatId, event: Extract<ChatEvent, { kind: "reaction" }>): void {
    if (event.by !== me()?.id) return;
    const key = keyOf(chat, event.target, event.emoji);
    if (state.pendingReactions[key] === event.added) setState("pendingReactions", key, undefined);
  }

  /** @returns the reactions of a message, with the user's pending ones applied. */
  function reactionsOf({ chat, seq, reactions }: Message): Reaction[] {
    const emojis = new Set(reactions.map(({ emoji }) => emoji));
    const prefix = keyOf(chat, seq, "");
    for (const [key, isOn] of Object.entries(state.pendingReactions)) {
      if (isOn && key.startsWith(prefix)) emojis.add(key.slice(prefix.length));
    }
    return [...emojis].flatMap((emoji) => {
      const known = reactions.find((reaction) => reaction.emoji === emoji);
      const pending = state.pendingReactions[prefix + emoji];
      return withPending(known ?? { emoji, count: 0, mine: false }, pending) ?? [];
    });
  }

  return { react, onEvent, reactionsOf };
}

/** @returns null if nobody reacts with this emoji afterwards. */
function withPending(reaction: Reaction, mine: boolean | undefined): Reaction | null {
  if (mine === undefined || mine === reaction.mine) return reaction;
  const count = reaction.count + (mine ? 1 : -1);
  return count > 0 ? { ...reaction, count, mine } : null;
}

const keyOf = (chat: ChatId, seq: number, emoji: string) => `${chat} ${seq} ${emoji}`;
