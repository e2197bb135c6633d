import type { ClientFrame } from "@parley/contracts/frames";
import { LIMITS } from "@parley/contracts/limits";
import type { AppStore } from "./app-state.ts";

/** Half of what the others show: a pause to think does not make it flicker. */
const TYPING_INTERVAL_MS = LIMITS.typingTimeoutMs / 2;

export type Typing = ReturnType<typeof createTyping>;

/** Who is writing: tells the others, and shows them for as long as the contract says. */
export function createTyping(
  { state, setState }: AppStore,
  send: (frame: ClientFrame) => boolean,
  now: () => number,
) {
  const lastSentAt = new Map<string, number>();

  function tell(chat: string): void {
    if (now() - (lastSentAt.get(chat) ?? Number.NEGATIVE_INFINITY) < TYPING_INTERVAL_MS) return;
    if (send({ type: "typing", chat })) lastSentAt.set(chat, now());
  }

  function onTyping(chat: string, user: string): void {
    const until = now() + LIMITS.typingTimeoutMs;
    setState("typing", chat, (users) => ({ ...users, [user]: until }));
    setTimeout(() => {
      // Else they went on writing.
      if (state.typing[chat]?.[user] === until) clear(chat, user);
    }, LIMITS.typingTimeoutMs);
  }

  /** Their message is here, or their time is over. */
  function clear(chat: string, user: string): void {
    if (state.typing[chat]?.[user]) setState("typing", chat, user, undefined);
  }

  /** One's own message went out: the next word is news again. */
  function onMessageSent(chat: string): void {
    lastSentAt.delete(chat);
  }

  return { tell, onTyping, clear, onMessageSent };
}
