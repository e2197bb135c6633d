import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import type { MessagePage } from "@parley/contracts/messages";
import { batch } from "solid-js";
import type { PagePlace } from "../api/api.ts";
import type { People } from "../people/people.ts";
import { updatePage } from "../room/apply-event.ts";
import type { Room } from "../room/room.ts";
import type { AppStore } from "../session/app-state.ts";

export type PageLoader = ReturnType<typeof createPageLoader>;

export interface PageLoaderDeps {
  store: AppStore;
  people: People;
  fetchPage: (chat: ChatId, place: PagePlace) => Promise<MessagePage>;
}

/** Adds a page to a room. */
export type AddPage = (room: Room, page: MessagePage) => Room;

/** A page that is being fetched, and the events that were applied meanwhile: the page may predate them. */
interface PendingPage {
  chat: ChatId;
  at: PagePlace["at"];
  events: ChatEvent[];
}

/** Fetches pages of messages, and brings them up to date with the events that arrive meanwhile. */
export function createPageLoader({ store, people, fetchPage }: PageLoaderDeps) {
  const pending = new Set<PendingPage>();

  /** @returns null if the request failed, or if the room was reset meanwhile. */
  async function load(chat: ChatId, place: PagePlace, add: AddPage): Promise<MessagePage | null> {
    const one: PendingPage = { chat, at: place.at, events: [] };
    pending.add(one);
    try {
      const page = await fetchPage(chat, place);
      if (!pending.has(one)) return null;
      people.upsert(page.users);
      const messages = updatePage(page.messages, one.events, store.reader().id);
      batch(() => store.changeRoom(chat, (room) => add(room, { ...page, messages })));
      return page;
    } catch {
      return null;
    } finally {
      pending.delete(one);
    }
  }

  const isPending = (chat: ChatId, at: PagePlace["at"]) =>
    [...pending].some((one) => one.chat === chat && one.at === at);

  /** Records events that were applied: a pending page may predate them. */
  function recordEvents(chat: ChatId, events: readonly ChatEvent[]): void {
    for (const one of pending) if (one.chat === chat) one.events.push(...events);
  }

  /** Ignores the pending pages of a room that was reset. */
  function abandon(chat: ChatId): void {
    for (const one of pending) if (one.chat === chat) pending.delete(one);
  }

  return { load, isPending, recordEvents, abandon };
}
