import { createEffect, createMemo, createSignal, For, on, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { holdsNewest } from "../engine/room/message-window.ts";
import type { Room } from "../engine/room/room.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { createActiveMessage } from "./active-message.ts";
import { createFoldedSenders } from "./folded-senders.ts";
import { HistoryState } from "./history-state.tsx";
import { createJumpToMessage } from "./jump-to-message.ts";
import { createLogRows } from "./log-rows.ts";
import { MessageItem } from "./message-item.tsx";
import { NewestButton } from "./newest-button.tsx";
import { OutgoingItem } from "./outgoing-item.tsx";
import { createReadMarker } from "./read-marker.ts";
import { createScrollAnchor } from "./scroll-anchor.ts";
import "./message-log.css";

/** More messages are fetched when less than this is left above or below the view. */
const FETCH_DISTANCE_PX = 800;

/** The messages of a chat, oldest first, and those that are being sent. */
export function MessageLog(props: { room: Room }) {
  const { session, show } = useShell();
  let scroller!: HTMLDivElement;
  const room = () => props.room;
  const chat = () => props.room.chat.id;
  const isDetached = () => props.room.detached !== null;
  const anchor = createScrollAnchor(
    () => scroller,
    () => !isDetached(),
  );
  const [isAtNewest, setIsAtNewest] = createSignal(true);
  const { messages, seqs, outgoing, firstUnreadSeq, createMessage } = createLogRows(room);
  const foldOf = createFoldedSenders(room);
  const isLoaded = createMemo(() => holdsNewest(props.room));
  const active = createActiveMessage((seq) =>
    show({ kind: "message_menu", part: "all", beside: null, chat: chat(), seq }),
  );
  const target = createJumpToMessage({
    chat,
    elementOf: (seq) => scroller.querySelector(`[data-seq="${seq}"]`),
    center: anchor.center,
  });

  function scrolled(): void {
    anchor.remember();
    setIsAtNewest(anchor.isAtNewest());
    fetchNear(FETCH_DISTANCE_PX);
  }

  function fetchNear(distance: number): void {
    if (anchor.distanceAbove() <= distance) void session.history.loadOlder(chat());
    if (isDetached() && anchor.distanceBelow() <= distance) void session.history.loadNewer(chat());
  }

  function toNewest(): void {
    session.history.leaveDetached(chat());
    anchor.toNewest();
    setIsAtNewest(true);
  }

  /** Scrolls to the first unread message if it is above the view. */
  function revealUnread(isHere: boolean): void {
    const divider = isHere && scroller.querySelector(".divider.new");
    if (!divider) return;
    anchor.reveal(divider);
    setIsAtNewest(anchor.isAtNewest());
  }

  createEffect(on([messages, firstUnreadSeq], () => anchor.restore()));
  createEffect(on(outgoing, (now, before) => now.length > (before?.length ?? 0) && toNewest()));
  // A log that is shorter than the view can't be scrolled, and scrolling fetches more.
  createEffect(on([() => props.room.history, isDetached], () => fetchNear(0), { defer: true }));
  // Once, when the newest messages are loaded; later the user may be reading.
  createEffect(on(isLoaded, revealUnread));
  // After the effects that set the scroll position, which decides what is visible.
  createReadMarker(room, isAtNewest);

  return (
    <div class="log-place">
      <div
        ref={(element) => {
          scroller = element;
        }}
        class="log"
        role="log"
        aria-label={t().messages}
        aria-busy={props.room.history === "loading"}
        tabindex="0"
        onScroll={scrolled}
        {...active.handlers}
      >
        <div class="log-content">
          <HistoryState
            room={props.room}
            hasMessages={messages().length > 0}
            hasOutgoing={outgoing().length > 0}
          />
          <For each={seqs()}>
            {(seq, index) => {
              const message = createMessage(seq);
              return (
                <Show when={message()}>
                  {(message) => (
                    <MessageItem
                      message={message()}
                      previous={messages()[index() - 1]}
                      isActive={active.seq() === seq}
                      isTarget={target() === seq}
                      isFirstUnread={firstUnreadSeq() === seq}
                      fold={foldOf(message().sender)}
                    />
                  )}
                </Show>
              );
            }}
          </For>
          <Show when={!isDetached()}>
            <For each={outgoing()}>
              {(one, index) => (
                <OutgoingItem
                  outgoing={one}
                  isFollowing={
                    one.replyTo === null &&
                    (index() > 0 || messages().at(-1)?.sender === session.me()?.id)
                  }
                />
              )}
            </For>
          </Show>
        </div>
      </div>
      <Show when={!isAtNewest() || isDetached()}>
        <NewestButton unread={props.room.chat.unread} onPress={toNewest} />
      </Show>
    </div>
  );
}
