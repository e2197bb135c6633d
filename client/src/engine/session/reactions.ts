import type { ChatEvent } from "@parley/contracts/events";
import type { Message } from "@parley/contracts/messages";
import type { AppStore } from "./app-state.ts";

type Reaction = Message["reactions"][number];

/** One's own reactions: shown at once, asked for over HTTP, and settled by their events. */
export function createReactions(
  { state, setState, me }: AppStore,
  ask: (chat: string, seq: number, emoji: string, isOn: boolean) => Promise<unknown>,
) {
  /** @throws ApiError when it is refused: it is taken back then. */
  async function react({ chat, seq }: Message, emoji: string, isOn: boolean): Promise<void> {
    const key = keyOf(chat, seq, emoji);
    setState("reacting", key, isOn);
    try {
      await ask(chat, seq, emoji, isOn);
    } catch (error) {
      if (state.reacting[key] === isOn) setState("reacting", key, undefined);
      throw error;
    }
  }

  function heard(chat: string, event: ChatEvent): void {
    if (event.kind !== "reaction" || event.by !== me()?.id) return;
    const key = keyOf(chat, event.target, event.emoji);
    if (state.reacting[key] === event.added) setState("reacting", key, undefined);
  }

  /** A message's reactions, with one's own as they shall be. */
  function shown({ chat, seq, reactions }: Message): Reaction[] {
    const keys = new Set(reactions.map(({ emoji }) => emoji));
    const start = keyOf(chat, seq, "");
    for (const [key, isOn] of Object.entries(state.reacting)) {
      if (isOn && key.startsWith(start)) keys.add(key.slice(start.length));
    }
    return [...keys].flatMap((emoji) => {
      const known = reactions.find((reaction) => reaction.emoji === emoji);
      return wished(known ?? { emoji, count: 0, mine: false }, state.reacting[start + emoji]) ?? [];
    });
  }

  return { react, heard, shown };
}

/** @returns null when nobody would react so any more. */
function wished(reaction: Reaction, mine: boolean | undefined): Reaction | null {
  if (mine === undefined || mine === reaction.mine) return reaction;
  const count = reaction.count + (mine ? 1 : -1);
  return count > 0 ? { ...reaction, count, mine } : null;
}

const keyOf = (chat: string, seq: number, emoji: string) => `${chat} ${seq} ${emoji}`;
