import type { Message } from "@parley/contracts/messages";
import { createEffect, createMemo, createSignal, For, Match, on, Show, Switch } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { firstUnread as firstNewOf } from "../engine/room/first-unread.ts";
import { holdsNewest, shownMessages, showsBeginning } from "../engine/room/message-window.ts";
import type { Room } from "../engine/room/room.ts";
import { badgeText } from "../engine/room/unread-badge.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Icon } from "../ui/icon.tsx";
import { createActiveMessage } from "./active-message.ts";
import { createJumpToMessage } from "./jump-to-message.ts";
import { MessageItem } from "./message-item.tsx";
import { MessageSkeleton } from "./message-skeleton.tsx";
import { OutgoingItem } from "./outgoing-item.tsx";
import { createReadMarker } from "./read-marker.ts";
import { RoomBeginning } from "./room-beginning.tsx";
import { createScrollAnchor } from "./scroll-anchor.ts";
import "../ui/empty.css";
import "./message-log.css";

/** More messages are fetched when less than this is left above or below the view. */
const FETCH_DISTANCE_PX = 800;

/** The messages of a chat, oldest first, and those that are being sent. */
export function MessageLog(props: { room: Room }) {
  const { session, show } = useShell();
  let scroller!: HTMLDivElement;
  const isPast = () => props.room.detached !== null;
  const anchor = createScrollAnchor(
    () => scroller,
    () => !isPast(),
  );
  const [isAtNewest, setIsAtNewest] = createSignal(true);
  const [unfolded, setUnfolded] = createSignal<ReadonlySet<string>>(new Set());
  const chat = () => props.room.chat.id;
  const messages = () => shownMessages(props.room);
  const bySeq = createMemo(() => new Map(messages().map((message) => [message.seq, message])));
  // Rows are keyed by number: a message that changes keeps its element, and the focus within it.
  const seqs = createMemo(() => [...bySeq().keys()]);
  // An outgoing message that is stored already lost its response in a reload.
  const here = createMemo(() => new Set(messages().map(({ clientId }) => clientId)));
  const outgoing = createMemo(() =>
    session.state.outbox.filter((one) => one.chat === chat() && !here().has(one.clientId)),
  );
  const firstNew = createMemo(() => firstNewOf(props.room, session.me()?.id));
  const isLoaded = createMemo(() => holdsNewest(props.room));
  const active = createActiveMessage((seq) =>
    show({ kind: "message_menu", part: "all", beside: null, chat: chat(), seq }),
  );
  const target = createJumpToMessage({
    chat,
    elementOf: (seq) => scroller.querySelector(`[data-seq="${seq}"]`),
    center: anchor.center,
  });

  /** In channels and groups, messages of blocked people are folded until they are asked for. */
  function fold(sender: string) {
    const isFolded = props.room.chat.kind !== "direct" && session.state.blocks[sender];
    if (!isFolded || unfolded().has(sender)) return undefined;
    return { unfold: () => setUnfolded((now) => new Set(now).add(sender)) };
  }

  function scrolled(): void {
    anchor.remember();
    setIsAtNewest(anchor.isAtNewest());
    fetchNear(FETCH_DISTANCE_PX);
  }

  function fetchNear(distance: number): void {
    if (anchor.distanceAbove() <= distance) void session.history.loadOlder(chat());
    if (isPast() && anchor.distanceBelow() <= distance) void session.history.loadNewer(chat());
  }

  function toNewest(): void {
    session.history.leaveDetached(chat());
    anchor.toNewest();
    setIsAtNewest(true);
  }

  /** Scrolls to the first unread message if it is above the view. */
  function revealNew(isHere: boolean): void {
    const divider = isHere && scroller.querySelector(".divider.new");
    if (!divider) return;
    anchor.reveal(divider);
    setIsAtNewest(anchor.isAtNewest());
  }

  createEffect(on([messages, firstNew], () => anchor.restore()));
  createEffect(on(outgoing, (now, before) => now.length > (before?.length ?? 0) && toNewest()));
  // A log that is shorter than the view can't be scrolled, and scrolling fetches more.
  createEffect(on([() => props.room.history, isPast], () => fetchNear(0), { defer: true }));
  // Once, when the newest messages are loaded; later the user may be reading.
  createEffect(on(isLoaded, revealNew));
  // After the effects that set the scroll position, which decides what is visible.
  createReadMarker(() => props.room, isAtNewest);

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
          <Switch>
            <Match when={props.room.history === "loading" && messages().length === 0}>
              <MessageSkeleton />
            </Match>
            <Match when={props.room.history === "failed" && !isPast()}>
              <div class="empty">
                <h2>{t().historyFailed}</h2>
                <button
                  type="button"
                  class="button plain"
                  onClick={() => void session.history.open(chat())}
                >
                  {t().tryAgain}
                </button>
              </div>
            </Match>
            <Match when={showsBeginning(props.room)}>
              <RoomBeginning
                chat={props.room.chat}
                isEmpty={messages().length + outgoing().length === 0}
              />
            </Match>
          </Switch>
          <For each={seqs()}>
            {(seq, index) => {
              const message = createMemo<Message | undefined>((last) => bySeq().get(seq) ?? last);
              return (
                <Show when={message()}>
                  {(message) => (
                    <MessageItem
                      message={message()}
                      previous={messages()[index() - 1]}
                      isActive={active.seq() === seq}
                      isTarget={target() === seq}
                      isFirstNew={firstNew() === seq}
                      fold={fold(message().sender)}
                    />
                  )}
                </Show>
              );
            }}
          </For>
          <Show when={!isPast()}>
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
      <Show when={!isAtNewest() || isPast()}>
        <button type="button" class="to-newest" onClick={toNewest}>
          <Icon name="down" />
          {t().toNewest}
          <Show when={props.room.chat.unread > 0}>
            <span class="badge" aria-hidden="true">
              {badgeText(props.room.chat.unread)}
            </span>
            <span class="visually-hidden">{t().unread(props.room.chat.unread)}</span>
          </Show>
        </button>
      </Show>
    </div>
  );
}
