import type { ChatId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import { shownMessages } from "../room/message-window.ts";
import type { AppStore } from "../session/app-state.ts";
import type { ChatHistory } from "./history.ts";

/** Finds quoted messages. Fetches one at a time, so that a page of replies does not reach the rate limit. */
export function createQuotes({ state }: AppStore, history: ChatHistory) {
  const requested = new Set<string>();
  let last = Promise.resolve();

  function find(chat: ChatId, seq: number): Message | undefined {
    const room = state.rooms[chat];
    if (!room) return undefined;
    const isQuoted = (message: Message) => message.seq === seq;
    return (
      shownMessages(room).find(isQuoted) ??
      room.messages.find(isQuoted) ??
      room.quoted.find(isQuoted)
    );
  }

  /** Fetches a quoted message, unless it is loaded or was requested. */
  function ensureLoaded(chat: ChatId, seq: number): void {
    const key = `${chat} ${seq}`;
    if (requested.has(key) || find(chat, seq)) return;
    requested.add(key);
    last = last.then(async () => {
      // The page of a neighbour may have included it.
      if (find(chat, seq)) return;
      const page = await history.fetchQuoted(chat, seq);
      // A message that does not exist is not requested again; one whose request failed is.
      const doesNotExist = page.length > 0 && !page.some((message) => message.seq === seq);
      if (!doesNotExist) requested.delete(key);
    });
  }

  return { find, ensureLoaded };
}
