import type { ChatEvent } from "@parley/contracts/events";
import type { MessagePage } from "@parley/contracts/messages";
import { batch } from "solid-js";
import type { AppStore } from "./app-state.ts";
import type { People } from "./people.ts";
import { addPage, amend } from "./room.ts";

export type ChatHistory = ReturnType<typeof createHistory>;

interface HistoryDeps {
  store: AppStore;
  people: People;
  fetchPage: (chat: string, before: number | null) => Promise<MessagePage>;
}

/** Loads the past of chats, page by page. */
export function createHistory({ store, people, fetchPage }: HistoryDeps) {
  const { state, setState, changeRoom, reader } = store;
  /** Pages on their way: what happens to their messages meanwhile, which they may not show yet. */
  const underway = new Map<string, ChatEvent[]>();

  /** Fetches the newest page, once; again after a failure. */
  async function open(chat: string): Promise<void> {
    const history = state.rooms[chat]?.history;
    if (history !== "unloaded" && history !== "failed") return;
    setState("rooms", chat, "history", "loading");
    const isLoaded = await load(chat, null);
    if (!isLoaded && state.rooms[chat]?.history === "loading") {
      setState("rooms", chat, "history", "failed");
    }
  }

  /** Fetches the page before the oldest message that is here; a failure is tried again on request. */
  async function older(chat: string): Promise<void> {
    const room = state.rooms[chat];
    const oldest = room?.messages[0]?.seq;
    if (room?.history !== "partial" || oldest === undefined || underway.has(chat)) return;
    await load(chat, oldest);
  }

  async function load(chat: string, before: number | null): Promise<boolean> {
    const meanwhile: ChatEvent[] = [];
    underway.set(chat, meanwhile);
    try {
      const page = await fetchPage(chat, before);
      if (underway.get(chat) === meanwhile) add(chat, page, meanwhile);
      return true;
    } catch {
      return false;
    } finally {
      if (underway.get(chat) === meanwhile) underway.delete(chat);
    }
  }

  function add(chat: string, page: MessagePage, meanwhile: readonly ChatEvent[]): void {
    let { messages } = page;
    for (const event of meanwhile) {
      // Both name the state they lead to, so it does no harm if the page knew them already.
      if (event.kind === "edit" || event.kind === "delete") {
        messages = amend(messages, event, reader());
      }
    }
    batch(() => {
      people.learn(page.users);
      changeRoom(chat, (room) => addPage(room, { messages, hasMore: page.hasMore }));
    });
  }

  /** Events that were applied: a page on its way may need them too. */
  function note(chat: string, events: readonly ChatEvent[]): void {
    underway.get(chat)?.push(...events);
  }

  /** A page on its way belongs to a room that was begun anew: it is let fall. */
  function abandon(chat: string): void {
    underway.delete(chat);
  }

  return { open, older, note, abandon };
}
