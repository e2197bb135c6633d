import { createMemo, createSignal } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { holdsUnread } from "../engine/room/read-mark.ts";
import type { Room } from "../engine/room/room.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import type { createScrollAnchor } from "./scroll-anchor.ts";

interface UnreadPlaceDeps {
  room: () => Room;
  scroller: () => HTMLElement;
  anchor: ReturnType<typeof createScrollAnchor>;
  firstUnreadSeq: () => number | null;
  isAtNewest: () => boolean;
}

/**
 * Where the unread messages of a log begin. A user who passes over them to the newest message has not
 * read them: the way back stays open, and the read mark stays, until they are reached or marked as read.
 */
export function createUnreadPlace(deps: UnreadPlaceDeps) {
  const { room, scroller, anchor, firstUnreadSeq, isAtNewest } = deps;
  const { session, notify } = useShell();
  const [isSkipped, setIsSkipped] = createSignal(false);
  const [isBelow, setIsBelow] = createSignal(false);
  const count = () => room().chat.unread;
  const divider = () => scroller().querySelector("[role=separator]");
  /** Whether what is on the screen may count as read. */
  const mayRead = createMemo(
    () => count() === 0 || (!isSkipped() && holdsUnread(room(), session.reader())),
  );
  const isShown = () => count() > 0 && !isBelow() && (!isAtNewest() || !mayRead());

  /** To be called when the view or the messages have moved. */
  function update(): void {
    const place = divider()?.getBoundingClientRect();
    const view = scroller().getBoundingClientRect();
    setIsBelow(place !== undefined && place.top > view.bottom);
    if (place && place.bottom >= view.top && place.top <= view.bottom) setIsSkipped(false);
  }

  /** The view goes to the newest message, from where it is now. */
  function skip(): void {
    if (count() > 0 && !isAtNewest()) setIsSkipped(true);
  }

  /** Scrolls to the first unread message if it is above the view. */
  function reveal(): void {
    const element = divider();
    if (element) anchor.reveal(element);
    update();
  }

  /** Goes to the first unread message, which takes the focus. */
  async function jump(): Promise<void> {
    const { id } = room().chat;
    if (firstUnreadSeq() === null && !(await session.history.loadUnread(id)))
      return notify(t().historyFailed);
    reveal();
    const first = scroller().querySelector<HTMLElement>(`[data-seq="${firstUnreadSeq()}"]`);
    first?.focus({ preventScroll: true });
  }

  function markRead(): void {
    setIsSkipped(false);
    session.chats.markRead(room().chat.id);
    // The button is gone.
    scroller().focus({ preventScroll: true });
  }

  return { isShown, count, mayRead, update, skip, reveal, jump, markRead };
}
