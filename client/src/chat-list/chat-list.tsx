import { createMemo, For, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import type { Room } from "../engine/room/room.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Icon } from "../ui/icon.tsx";
import { Logo } from "../ui/logo.tsx";
import { isNarrow } from "../ui/viewport.ts";
import { AccountBar } from "./account-bar.tsx";
import { ChatRow } from "./chat-row.tsx";
import { NoChats } from "./no-chats.tsx";
import "./chat-list.css";

/** The sidebar: channels, direct chats and groups, and the account. */
export function ChatList() {
  const { session, show } = useShell();
  const rooms = () => Object.values(session.state.rooms);
  const channels = createMemo(() =>
    rooms()
      .filter((room) => room.chat.kind === "channel")
      .sort((a, b) => a.chat.name.localeCompare(b.chat.name)),
  );
  const people = createMemo(() =>
    rooms()
      .filter((room) => room.chat.kind !== "channel")
      .sort((a, b) => lastMoment(b).localeCompare(lastMoment(a))),
  );
  return (
    <aside class="side">
      <header class="brand">
        <Logo />
        <span>Parley</span>
        <button
          type="button"
          class="icon-button"
          aria-label={t().newChat}
          title={t().newChat}
          data-opens="new_chat"
          onClick={() => show({ kind: "new_chat" })}
        >
          <Icon name="plus" />
        </button>
      </header>
      <button
        type="button"
        class="jump-button"
        data-opens="jump"
        onClick={() => show({ kind: "jump" })}
      >
        <span>{t().jumpTo}</span>
        <kbd>{isApple ? "⌘ K" : "Ctrl K"}</kbd>
      </button>
      <nav class="chats" aria-label={t().chats}>
        <ChatGroup title={t().channels} rooms={channels()} />
        <ChatGroup title={t().people} rooms={people()} />
        <Show when={rooms().length === 0 && isNarrow()}>
          <NoChats />
        </Show>
      </nav>
      <AccountBar />
    </aside>
  );
}

function ChatGroup(props: { title: string; rooms: Room[] }) {
  return (
    <Show when={props.rooms.length > 0}>
      <section>
        <h2 class="chats-title">{props.title}</h2>
        <ul>
          <For each={props.rooms}>
            {(room) => (
              <li>
                <ChatRow room={room} />
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}

const lastMoment = ({ chat }: Room) => chat.lastMessage?.createdAt ?? chat.createdAt;

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);
