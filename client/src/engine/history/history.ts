import type { ChatId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Message } from "@parley/contracts/messages";
import {
  addAfterDetached,
  addBeforeDetached,
  addNewest,
  holdsNewest,
  shownMessages,
} from "../room/message-window.ts";
import { holdsUnread } from "../room/read-mark.ts";
import type { Room } from "../room/room.ts";
import type { Reader } from "../room/unread.ts";
import { createDetachedHistory } from "./detached-history.ts";
import { type AddPage, createPageLoader, type PageLoaderDeps } from "./page-loader.ts";

export type ChatHistory = ReturnType<typeof createHistory>;

/** Loads the history of chats page by page. */
export function createHistory(deps: PageLoaderDeps) {
  const { state, setState, reader } = deps.store;
  const { load, isPending, recordEvents, abandon } = createPageLoader(deps);
  const detached = createDetachedHistory(deps.store, { load });

  /** Loads what a chat shows when it is opened: the first unread messages, and the newest page. */
  async function open(chat: ChatId): Promise<void> {
    const room = state.rooms[chat];
    if (room && needsUnreadPage(room, reader())) void detached.openAtUnread(chat);
    await openNewest(chat);
  }

  /** Loads the newest page, unless it is loaded. */
  async function openNewest(chat: ChatId): Promise<void> {
    const history = state.rooms[chat]?.history;
    if (history !== "unloaded" && history !== "failed") return;
    setState("rooms", chat, "history", "loading");
    const page = await load(chat, { at: "newest" }, addNewest);
    if (!page && state.rooms[chat]?.history === "loading") {
      setState("rooms", chat, "history", "failed");
    }
  }

  /** Opens a chat again if it failed to load: the network may be back. */
  async function retry(chat: ChatId): Promise<void> {
    if (state.rooms[chat]?.history === "failed") await open(chat);
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

  /** Fetches a quoted message with its neighbours, because those are often quoted as well. */
  async function fetchQuoted(chat: ChatId, seq: number): Promise<Message[]> {
    const add: AddPage = (room, page) => ({
      ...room,
      quoted: [...room.quoted, ...page.messages.filter((one) => !isQuoted(room, one.seq))],
    });
    const page = await load(chat, { at: "around", seq, limit: QUOTED_PAGE_LENGTH }, add);
    return page?.messages ?? [];
  }

  return {
    open,
    retry,
    loadOlder,
    loadNewer,
    loadAround: detached.loadAround,
    loadUnread: detached.loadUnread,
    leaveDetached: detached.leaveDetached,
    fetchQuoted,
    recordEvents,
    abandon,
  };
}

const QUOTED_PAGE_LENGTH = 20;

const isQuoted = ({ quoted }: Room, wanted: number) => quoted.some(({ seq }) => seq === wanted);

/** Whether the first unread message may lie beyond the newest page, or before the messages that are loaded. */
function needsUnreadPage(room: Room, reader: Reader): boolean {
  const { unread, lastSeq, readSeq } = room.chat;
  if (unread === 0 || room.detached) return false;
  if (holdsNewest(room)) return !holdsUnread(room, reader);
  return lastSeq - readSeq > LIMITS.page.default;
}
