import type { ChatEvent } from "@parley/contracts/events";
import type { Message } from "@parley/contracts/messages";
import type { AppStore } from "./app-state.ts";

type Reaction = Message["reactions"][number];

export type Reactions = ReturnType<typeof createReactions>;

/** One's own reactions: shown at once, asked for over HTTP, and settled by their events. */
export function createReactions(
  { state, setState, me }: AppStore,
  request: (chat: string, seq: number, emoji: string, isOn: boolean) => Promise<unknown>,
) {
  /** @throws ApiError when it is refused: it is taken back then. */
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

  function onEvent(chat: string, event: ChatEvent): void {
    if (event.kind !== "reaction" || event.by !== me()?.id) return;
    const key = keyOf(chat, event.target, event.emoji);
    if (state.pendingReactions[key] === event.added) setState("pendingReactions", key, undefined);
  }

  /** A message's reactions, with one's own as they shall be. */
  function reactionsOf({ chat, seq, reactions }: Message): Reaction[] {
    const keys = new Set(reactions.map(({ emoji }) => emoji));
    const start = keyOf(chat, seq, "");
    for (const [key, isOn] of Object.entries(state.pendingReactions)) {
      if (isOn && key.startsWith(start)) keys.add(key.slice(start.length));
    }
    return [...keys].flatMap((emoji) => {
      const known = reactions.find((reaction) => reaction.emoji === emoji);
      return (
        withPending(
          known ?? { emoji, count: 0, mine: false },
          state.pendingReactions[start + emoji],
        ) ?? []
      );
    });
  }

  return { react, onEvent, reactionsOf };
}

/** @returns null when nobody would react so any more. */
function withPending(reaction: Reaction, mine: boolean | undefined): Reaction | null {
  if (mine === undefined || mine === reaction.mine) return reaction;
  const count = reaction.count + (mine ? 1 : -1);
  return count > 0 ? { ...reaction, count, mine } : null;
}

const keyOf = (chat: string, seq: number, emoji: string) => `${chat} ${seq} ${emoji}`;
