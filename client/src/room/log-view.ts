import { createEffect, createMemo, createSignal, on } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { holdsNewest } from "../engine/room/message-window.ts";
import type { Room } from "../engine/room/room.ts";
import { isPageVisible } from "../engine/socket/visibility.ts";
import type { LogRows } from "./log-rows.ts";
import { createReadMarker } from "./read-marker.ts";
import { createScrollAnchor } from "./scroll-anchor.ts";
import { createUnreadPlace } from "./unread-place.ts";

/** More messages are fetched when less than this is left above or below the view. */
const FETCH_DISTANCE_PX = 800;

interface LogViewDeps {
  room: () => Room;
  scroller: () => HTMLElement;
  rows: LogRows;
}

/** The part of a log that is in view: moves it, fetches what is near, and reads what is seen. */
export function createLogView({ room, scroller, rows }: LogViewDeps) {
  const { session } = useShell();
  const { messages, outgoing, firstUnreadSeq } = rows;
  const chat = () => room().chat.id;
  const isDetached = () => room().detached !== null;
  const anchor = createScrollAnchor(scroller, () => !isDetached());
  const [isAtNewest, setIsAtNewest] = createSignal(true);
  const isOpen = createMemo(() => messages().length > 0 && (isDetached() || holdsNewest(room())));
  const unread = createUnreadPlace({ room, scroller, anchor, firstUnreadSeq, isAtNewest });

  function scrolled(): void {
    anchor.remember();
    moved();
    fetchNear(FETCH_DISTANCE_PX);
  }

  /** The view or the messages have moved. */
  function moved(): void {
    setIsAtNewest(anchor.isAtNewest());
    unread.update();
    updateReadMark();
  }

  function fetchNear(distance: number): void {
    if (anchor.distanceAbove() <= distance) void session.history.loadOlder(chat());
    if (isDetached() && anchor.distanceBelow() <= distance) void session.history.loadNewer(chat());
  }

  function toNewest(): void {
    unread.skip();
    session.history.leaveDetached(chat());
    anchor.toNewest();
    moved();
  }

  function revealUnread(): void {
    unread.reveal();
    moved();
  }

  function restore(): void {
    anchor.restore();
    // Nobody sees messages pass while the page is hidden: the first unread one stays in view.
    if (!isPageVisible()) unread.reveal();
    moved();
  }

  /** The `seq` of the lowest message that is in view; null if it may not count as read. */
  function lowestSeen(): number | null {
    if (!isOpen() || !unread.mayRead()) return null;
    if (isAtNewest() && !isDetached()) return room().seq;
    const seq = anchor.lastSeen()?.dataset["seq"];
    return seq === undefined ? null : Number(seq);
  }

  createEffect(on(outgoing, (now, before) => now.length > (before?.length ?? 0) && toNewest()));
  createEffect(on([messages, firstUnreadSeq], restore));
  // A log that is shorter than the view can't be scrolled, and scrolling fetches more.
  createEffect(on([() => room().history, isDetached], () => fetchNear(0), { defer: true }));
  // Once, when messages are loaded; later the user may be reading.
  createEffect(on(isOpen, (isOpen) => isOpen && revealUnread()));
  createEffect(() => session.chats.setAtBottom(isAtNewest() && !isDetached() && unread.mayRead()));
  // After the effects that set the scroll position, which decides what is visible.
  const updateReadMark = createReadMarker(room, lowestSeen);

  return { isDetached, isAtNewest, unread, scrolled, toNewest, center: anchor.center };
}
