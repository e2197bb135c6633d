import type { ChatId } from "@parley/contracts/ids";

/** The chat on the screen, and whether its newest messages are in view. */
export interface ViewedChat {
  id: () => string | null;
  set: (chat: ChatId | null) => void;
  setAtBottom: (isAtBottom: boolean) => void;
  /** Whether the user sees the newest messages of a chat at this moment. */
  isWatched: (chat: ChatId) => boolean;
}

/** @param isVisible whether the page itself can be seen. */
export function createViewedChat(isVisible: () => boolean): ViewedChat {
  let viewed: string | null = null;
  let isAtBottom = true;
  return {
    id: () => viewed,
    set(chat) {
      viewed = chat;
      isAtBottom = true;
    },
    setAtBottom(now) {
      isAtBottom = now;
    },
    isWatched: (chat) => chat === viewed && isAtBottom && isVisible(),
  };
}
