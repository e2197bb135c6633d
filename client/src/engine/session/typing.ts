import type { ClientFrame } from "@parley/contracts/frames";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { AppStore } from "./app-state.ts";

/** Half of the time for which others show it, so that it does not flicker while the user types. */
const TYPING_INTERVAL_MS = LIMITS.typingTimeoutMs / 2;

export type Typing = ReturnType<typeof createTyping>;

/** Tells others that the user is typing, and records who else is. */
export function createTyping(
  { state, setState }: AppStore,
  send: (frame: ClientFrame) => boolean,
  now: () => number,
) {
  const lastSentAt = new Map<string, number>();

  function tell(chat: ChatId): void {
    if (now() - (lastSentAt.get(chat) ?? Number.NEGATIVE_INFINITY) < TYPING_INTERVAL_MS) return;
    if (send({ type: "typing", chat })) lastSentAt.set(chat, now());
  }

  function onTyping(chat: ChatId, user: UserId): void {
    const until = now() + LIMITS.typingTimeoutMs;
    setState("typing", chat, (users) => ({ ...users, [user]: until }));
    setTimeout(() => {
      // A later frame extends the time.
      if (state.typing[chat]?.[user] === until) clear(chat, user);
    }, LIMITS.typingTimeoutMs);
  }

  /** The user's message has arrived, or the time is over. */
  function clear(chat: ChatId, user: UserId): void {
    if (state.typing[chat]?.[user]) setState("typing", chat, user, undefined);
  }

  /** The user sent a message: the next key press is told at once. */
  function onMessageSent(chat: ChatId): void {
    lastSentAt.delete(chat);
  }

  return { tell, onTyping, clear, onMessageSent };
}
