import { For, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import type { Room } from "../engine/room/room.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { createActiveMessage } from "./active-message.ts";
import { createFoldedSenders } from "./folded-senders.ts";
import { HistoryState } from "./history-state.tsx";
import { createJumpToMessage } from "./jump-to-message.ts";
import { createLogRows } from "./log-rows.ts";
import { createLogView } from "./log-view.ts";
import { MessageItem } from "./message-item.tsx";
import { NewestButton } from "./newest-button.tsx";
import { OutgoingItem } from "./outgoing-item.tsx";
import { UnreadBar } from "./unread-bar.tsx";
import "./message-log.css";

/** The messages of a chat, oldest first, and those that are being sent. */
export function MessageLog(props: { room: Room }) {
  const { session, show } = useShell();
  let scroller!: HTMLDivElement;
  const room = () => props.room;
  const chat = () => props.room.chat.id;
  const rows = createLogRows(room);
  const { messages, seqs, outgoing, firstUnreadSeq, createMessage } = rows;
  const { isDetached, isAtNewest, unread, scrolled, toNewest, center } = createLogView({
    room,
    scroller: () => scroller,
    rows,
  });
  const foldOf = createFoldedSenders(room);
  // Whoever reacts or replies takes part, which would accept a request.
  const hasTools = () => !props.room.chat.request;
  const active = createActiveMessage((seq) => {
    if (hasTools()) show({ kind: "message_menu", part: "all", beside: null, chat: chat(), seq });
  });
  const target = createJumpToMessage({
    chat,
    elementOf: (seq) => scroller.querySelector(`[data-seq="${seq}"]`),
    center,
  });

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
                      isActive={hasTools() && active.seq() === seq}
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
      <Show when={unread.isShown()}>
        <UnreadBar
          unread={unread.count()}
          onJump={() => void unread.jump()}
          onMarkRead={unread.markRead}
        />
      </Show>
      <Show when={!isAtNewest() || isDetached()}>
        <NewestButton unread={unread.isShown() ? 0 : unread.count()} onPress={toNewest} />
      </Show>
    </div>
  );
}
