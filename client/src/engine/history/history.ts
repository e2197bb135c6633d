import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import type { Message, MessagePage } from "@parley/contracts/messages";
import { batch } from "solid-js";
import type { PagePlace } from "../api/api.ts";
import type { People } from "../people/people.ts";
import { updatePage } from "../room/apply-event.ts";
import {
  addAfterDetached,
  addBeforeDetached,
  addDetached,
  addNewest,
  shownMessages,
} from "../room/message-window.ts";
import type { Room } from "../room/room.ts";
import type { AppStore } from "../session/app-state.ts";

export type ChatHistory = ReturnType<typeof createHistory>;

interface HistoryDeps {
  store: AppStore;
  people: People;
  fetchPage: (chat: ChatId, place: PagePlace) => Promise<MessagePage>;
}

type AddPage = (room: Room, page: MessagePage) => Room;

/** A page that is being fetched, and the events that were applied meanwhile: the page may predate them. */
interface PendingPage {
  chat: ChatId;
  at: PagePlace["at"];
  events: ChatEvent[];
}

/** Loads the history of chats page by page. */
export function createHistory({ store, people, fetchPage }: HistoryDeps) {
  const { state, setState, changeRoom, reader } = store;
  const pending = new Set<PendingPage>();

  /** Loads the newest page, unless it is loaded. A failed load may be tried again. */
  async function open(chat: ChatId): Promise<void> {
    const history = state.rooms[chat]?.history;
    if (history !== "unloaded" && history !== "failed") return;
    setState("rooms", chat, "history", "loading");
    const page = await load(chat, { at: "newest" }, addNewest);
    if (!page && state.rooms[chat]?.history === "loading") {
      setState("rooms", chat, "history", "failed");
    }
  }

  /** Loads the page before the oldest message shown. */
  async function loadOlder(chat: ChatId): Promise<void> {
    const room = state.rooms[chat];
    if (!room || isPending(chat, "before")) return;
    const seq = shownMessages(room)[0]?.seq;
    const hasOlder = room.detached ? room.detached.hasOlder : room.history === "partial";
    if (seq === undefined || !hasOlder) return;
    const add = room.detached ? addBeforeDetached : addNewest;
    // If the user jumped to another message meanwhile, the page would leave a hole.
    const isNext = (now: Room) => shownMessages(now)[0]?.seq === seq;
    await load(chat, { at: "before", seq }, (now, page) => (isNext(now) ? add(now, page) : now));
  }

  /** Loads the page after the newest message of the detached window. */
  async function loadNewer(chat: ChatId): Promise<void> {
    const seq = state.rooms[chat]?.detached?.messages.at(-1)?.seq;
    if (seq === undefined || isPending(chat, "after")) return;
    const isNext = (now: Room) => now.detached?.messages.at(-1)?.seq === seq;
    await load(chat, { at: "after", seq }, (now, page) =>
      isNext(now) ? addAfterDetached(now, page) : now,
    );
  }

  /**
   * Shows a message: in the newest window if it has the message, else in a detached window.
   * @returns whether the message is shown.
   */
  async function loadAround(chat: ChatId, seq: number): Promise<boolean> {
    const room = state.rooms[chat];
    if (room?.detached && has(room.detached.messages, seq)) return true;
    if (room && has(room.messages, seq)) {
      leaveDetached(chat);
      return true;
    }
    const page = await load(chat, { at: "around", seq }, addDetached);
    return page !== null && has(page.messages, seq);
  }

  /** Shows the newest messages again. */
  function leaveDetached(chat: ChatId): void {
    if (state.rooms[chat]?.detached) setState("rooms", chat, "detached", null);
  }

  /** Fetches a quoted message with its neighbours, because those are often quoted as well. */
  async function fetchQuoted(chat: ChatId, seq: number): Promise<Message[]> {
    const add: AddPage = (room, page) => ({
      ...room,
      quoted: [...room.quoted, ...page.messages.filter((one) => !has(room.quoted, one.seq))],
    });
    const page = await load(chat, { at: "around", seq, limit: QUOTED_PAGE_LENGTH }, add);
    return page?.messages ?? [];
  }

  /** @returns null if the request failed, or if the room was reset meanwhile. */
  async function load(chat: ChatId, place: PagePlace, add: AddPage): Promise<MessagePage | null> {
    const one: PendingPage = { chat, at: place.at, events: [] };
    pending.add(one);
    try {
      const page = await fetchPage(chat, place);
      if (!pending.has(one)) return null;
      people.upsert(page.users);
      const messages = updatePage(page.messages, one.events, reader().id);
      batch(() => changeRoom(chat, (room) => add(room, { ...page, messages })));
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

  return {
    open,
    loadOlder,
    loadNewer,
    loadAround,
    leaveDetached,
    fetchQuoted,
    recordEvents,
    abandon,
  };
}

const QUOTED_PAGE_LENGTH = 20;

const has = (messages: readonly Message[], seq: number) => messages.some((one) => one.seq === seq);
