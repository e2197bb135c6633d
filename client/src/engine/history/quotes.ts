import type { Message } from "@parley/contracts/messages";
import { shownMessages } from "../room/message-window.ts";
import type { AppStore } from "../session/app-state.ts";
import type { ChatHistory } from "./history.ts";

/** Finds the messages that replies quote, one request at a time: a page of them must not use up the rate. */
export function createQuotes({ state }: AppStore, history: ChatHistory) {
  const asked = new Set<string>();
  let last = Promise.resolve();

  function find(chat: string, seq: number): Message | undefined {
    const room = state.rooms[chat];
    if (!room) return undefined;
    const isIt = (message: Message) => message.seq === seq;
    return shownMessages(room).find(isIt) ?? room.messages.find(isIt) ?? room.quoted.find(isIt);
  }

  /** Fetches a message that is quoted, unless it is here or was asked for already. */
  function ensureLoaded(chat: string, seq: number): void {
    const key = `${chat} ${seq}`;
    if (asked.has(key) || find(chat, seq)) return;
    asked.add(key);
    last = last.then(async () => {
      // A neighbour's page may have brought it meanwhile.
      if (find(chat, seq)) return;
      const page = await history.fetchQuoted(chat, seq);
      const isNowhere = page.length > 0 && !page.some((message) => message.seq === seq);
      if (!isNowhere) asked.delete(key);
    });
  }

  return { find, ensureLoaded };
}
