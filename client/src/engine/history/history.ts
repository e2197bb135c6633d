import type { ChatEvent } from "@parley/contracts/events";
import type { Message, MessagePage } from "@parley/contracts/messages";
import { batch } from "solid-js";
import type { PagePlace } from "../api/api.ts";
import type { People } from "../people/people.ts";
import { applyEdit, type EditEvent, isEditEvent } from "../room/apply-edit.ts";
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
  fetchPage: (chat: string, place: PagePlace) => Promise<MessagePage>;
}

type AddPage = (room: Room, page: MessagePage) => Room;

/** A page on its way, and what happens meanwhile to its messages, which it may not show yet. */
interface PendingPage {
  chat: string;
  isAbout: PagePlace["at"];
  x: ChatEvent[];
}

/** Loads the past of chats, page by page. */
export function createHistory({ store, people, fetchPage }: HistoryDeps) {
  const { state, setState, changeRoom, reader } = store;
  const underway = new Set<PendingPage>();

  /** Fetches the newest page, once; again after a failure. */
  async function open(chat: string): Promise<void> {
    const history = state.rooms[chat]?.history;
    if (history !== "unloaded" && history !== "failed") return;
    setState("rooms", chat, "history", "loading");
    const page = await load(chat, { at: "newest" }, addNewest);
    if (!page && state.rooms[chat]?.history === "loading") {
      setState("rooms", chat, "history", "failed");
    }
  }

  /** Fetches the page before the oldest message shown; a failure is tried again on request. */
  async function loadOlder(chat: string): Promise<void> {
    const room = state.rooms[chat];
    if (!room || isUnderway(chat, "before")) return;
    const seq = shownMessages(room)[0]?.seq;
    const hasOlder = room.detached ? room.detached.hasOlder : room.history === "partial";
    if (seq === undefined || !hasOlder) return;
    const add = room.detached ? addBeforeDetached : addNewest;
    // Something else may have been jumped to meanwhile, where the page would leave a hole.
    const isNext = (now: Room) => shownMessages(now)[0]?.seq === seq;
    await load(chat, { at: "before", seq }, (now, page) => (isNext(now) ? add(now, page) : now));
  }

  /** In a stretch of the past: fetches the page after its newest message. */
  async function loadNewer(chat: string): Promise<void> {
    const seq = state.rooms[chat]?.detached?.messages.at(-1)?.seq;
    if (seq === undefined || isUnderway(chat, "after")) return;
    const isNext = (now: Room) => now.detached?.messages.at(-1)?.seq === seq;
    await load(chat, { at: "after", seq }, (now, page) =>
      isNext(now) ? addAfterDetached(now, page) : now,
    );
  }

  /**
   * Sees to it that a message is among those shown.
   * @returns whether it is.
   */
  async function loadAround(chat: string, seq: number): Promise<boolean> {
    const room = state.rooms[chat];
    if (room?.detached && has(room.detached.messages, seq)) return true;
    if (room && has(room.messages, seq)) {
      leaveDetached(chat);
      return true;
    }
    const page = await load(chat, { at: "around", seq }, addDetached);
    return page !== null && has(page.messages, seq);
  }

  /** Back to the newest messages. */
  function leaveDetached(chat: string): void {
    if (state.rooms[chat]?.detached) setState("rooms", chat, "detached", null);
  }

  async function load(chat: string, place: PagePlace, add: AddPage): Promise<MessagePage | null> {
    const journey: PendingPage = { chat, isAbout: place.at, x: [] };
    underway.add(journey);
    try {
      const page = await fetchPage(chat, place);
      if (!underway.has(journey)) return null;
      people.upsert(page.users);
      arrive(chat, { ...page, messages: upToDate(page.messages, journey.x) }, add);
      return page;
    } catch {
      return null;
    } finally {
      underway.delete(journey);
    }
  }

  function arrive(chat: string, page: MessagePage, add: AddPage): void {
    batch(() => changeRoom(chat, (room) => add(room, page)));
  }

  function upToDate(messages: Message[], events: readonly ChatEvent[]): Message[] {
    const { id } = reader();
    return events.reduce(
      (now, event) => (isAbsolute(event) ? applyEdit(now, event, id) : now),
      messages,
    );
  }

  /** Fetches messages that are quoted and not here, with their neighbours, which are often quoted too. */
  async function fetchQuoted(chat: string, seq: number): Promise<Message[]> {
    const add: AddPage = (room, page) => ({
      ...room,
      quoted: [...room.quoted, ...page.messages.filter((one) => !has(room.quoted, one.seq))],
    });
    const page = await load(chat, { at: "around", seq, limit: QUOTED_PAGE }, add);
    return page?.messages ?? [];
  }

  const isUnderway = (chat: string, isAbout: PagePlace["at"]) =>
    [...underway].some((one) => one.chat === chat && one.isAbout === isAbout);

  /** Events that were applied: a page on its way may need them too. */
  function recordEvents(chat: string, events: readonly ChatEvent[]): void {
    for (const one of underway) if (one.chat === chat) one.x.push(...events);
  }

  /** Pages on their way belong to a room that was begun anew: they are let fall. */
  function abandon(chat: string): void {
    for (const one of underway) if (one.chat === chat) underway.delete(one);
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

const QUOTED_PAGE = 20;

const has = (messages: readonly Message[], seq: number) => messages.some((one) => one.seq === seq);

/** Names the state it leads to, so that it does no harm if the page knew it already. */
function isAbsolute(event: ChatEvent): event is EditEvent {
  return isEditEvent(event) && (event.kind !== "reaction" || event.count !== undefined);
}
