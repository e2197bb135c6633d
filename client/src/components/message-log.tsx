import { createEffect, createMemo, createSignal, For, Match, on, Show, Switch } from "solid-js";
import { chatWords as t } from "../i18n/chat-words.ts";
import type { Room } from "../state/room.ts";
import { Icon } from "./icon.tsx";
import { MessageItem } from "./message-item.tsx";
import { OutgoingItem } from "./outgoing-item.tsx";
import { MessageSkeleton } from "./page-states.tsx";
import { RoomBeginning } from "./room-beginning.tsx";
import { createScrollKeeper } from "./scroll-keeper.ts";
import { useShell } from "./shell.tsx";

/** Older messages are fetched when so little is left above, in pixels. */
const FETCH_BEFORE = 800;

/** What was said in a chat, oldest first, and what is on its way. */
export function MessageLog(props: { room: Room }) {
  const { session } = useShell();
  let scroller!: HTMLDivElement;
  const keeper = createScrollKeeper(() => scroller);
  const [isAtNewest, setIsAtNewest] = createSignal(true);
  const [unfolded, setUnfolded] = createSignal<ReadonlySet<string>>(new Set());
  const chat = () => props.room.chat.id;
  const messages = () => props.room.messages;
  const outgoing = createMemo(() => session.state.outbox.filter((one) => one.chat === chat()));
  const firstNew = createMemo(() => firstNewOf(props.room, session.me()?.id));

  /** In company everyone reads everyone, but who was blocked is folded away until asked for. */
  function fold(sender: string) {
    const isFolded = props.room.chat.kind !== "direct" && session.state.blocks[sender];
    if (!isFolded || unfolded().has(sender)) return undefined;
    return { unfold: () => setUnfolded((now) => new Set(now).add(sender)) };
  }

  function scrolled(): void {
    keeper.remember();
    setIsAtNewest(keeper.isAtNewest());
    if (keeper.leftAbove() < FETCH_BEFORE) void session.loadOlder(chat());
  }

  /** A page that is shorter than the screen can't be scrolled, which would fetch the next one. */
  function fill(): void {
    if (keeper.leftAbove() <= 0) void session.loadOlder(chat());
  }

  function toNewest(): void {
    keeper.toNewest();
    setIsAtNewest(true);
  }

  /** Opens a chat at what is new in it, when that is more than the screen holds. */
  function revealNew(isLoaded: boolean): void {
    const divider = isLoaded && scroller.querySelector(".divider.new");
    if (divider) keeper.reveal(divider);
  }

  createEffect(on([messages, firstNew], () => keeper.restore()));
  createEffect(on(outgoing, (now, before) => now.length > (before?.length ?? 0) && toNewest()));
  createEffect(on(() => props.room.history, fill, { defer: true }));
  createEffect(
    on(() => props.room.history === "partial" || props.room.history === "whole", revealNew),
  );

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
      >
        <div class="log-content">
          <Switch>
            <Match when={props.room.history === "loading" && messages().length === 0}>
              <MessageSkeleton />
            </Match>
            <Match when={props.room.history === "failed"}>
              <div class="empty">
                <h2>{t().historyFailed}</h2>
                <button
                  type="button"
                  class="button plain"
                  onClick={() => void session.openHistory(chat())}
                >
                  {t().tryAgain}
                </button>
              </div>
            </Match>
            <Match when={props.room.history === "whole"}>
              <RoomBeginning chat={props.room.chat} />
            </Match>
          </Switch>
          <For each={messages()}>
            {(message, index) => (
              <MessageItem
                message={message}
                previous={messages()[index() - 1]}
                isFirstNew={firstNew() === message.seq}
                fold={fold(message.sender)}
              />
            )}
          </For>
          <For each={outgoing()}>
            {(one, index) => (
              <OutgoingItem
                outgoing={one}
                isFollowing={index() > 0 || messages().at(-1)?.sender === session.me()?.id}
              />
            )}
          </For>
        </div>
      </div>
      <Show when={!isAtNewest()}>
        <button type="button" class="to-newest" onClick={toNewest}>
          <Icon name="down" />
          {t().toNewest}
        </button>
      </Show>
    </div>
  );
}

function firstNewOf({ messages, newAfter }: Room, me: string | undefined): number | null {
  if (newAfter === null) return null;
  return messages.find(({ seq, sender }) => seq > newAfter && sender !== me)?.seq ?? null;
}
