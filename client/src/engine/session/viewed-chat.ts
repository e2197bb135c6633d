import type { ChatId } from "@parley/contracts/ids";
import { createSignal, untrack } from "solid-js";

/** The chat on the screen, and whether its newest messages are in view. */
export interface ViewedChat {
  id: () => ChatId | null;
  set: (chat: ChatId | null) => void;
  setAtBottom: (isAtBottom: boolean) => void;
  /** Whether the user sees the newest messages of a chat at this moment; reactive. */
  isWatched: (chat: ChatId) => boolean;
}

/** @param isAttended whether the user looks at the page; reactive. */
export function createViewedChat(isAttended: () => boolean): ViewedChat {
  const [viewed, setViewed] = createSignal<ChatId | null>(null);
  const [isAtBottom, setAtBottom] = createSignal(true);
  return {
    id: () => untrack(viewed),
    set(chat) {
      setViewed(chat);
      setAtBottom(true);
    },
    setAtBottom,
    isWatched: (chat) => chat === viewed() && isAtBottom() && isAttended(),
  };
}
