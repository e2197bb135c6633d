import { createMemo, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import type { Room } from "../engine/room/room.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Icon } from "../ui/icon.tsx";
import { Logo } from "../ui/logo.tsx";
import { isNarrow } from "../ui/viewport.ts";
import { AccountBar } from "./account-bar.tsx";
import { ChatGroup } from "./chat-group.tsx";
import { MoreChats } from "./more-chats.tsx";
import { NoChats } from "./no-chats.tsx";
import { Requests } from "./requests.tsx";
import "./chat-list.css";

/** The sidebar: requests, channels, direct chats and groups, and the account. */
export function ChatList() {
  const { session, show } = useShell();
  const rooms = () => Object.values(session.state.rooms);
  const requests = createMemo(() => rooms().filter(isRequest).sort(byMoment));
  const accepted = createMemo(() => rooms().filter((room) => !isRequest(room)));
  const channels = createMemo(() =>
    accepted()
      .filter((room) => room.chat.kind === "channel")
      .sort((a, b) => a.chat.name.localeCompare(b.chat.name)),
  );
  const people = createMemo(() =>
    accepted()
      .filter((room) => room.chat.kind !== "channel")
      .sort(byMoment),
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
        <Requests rooms={requests()} />
        <ChatGroup title={t().channels} rooms={channels()} />
        <ChatGroup title={t().people} rooms={people()} />
        <MoreChats />
        <Show when={rooms().length === 0 && isNarrow()}>
          <NoChats />
        </Show>
      </nav>
      <AccountBar />
    </aside>
  );
}

const isRequest = ({ chat }: Room) => chat.request;

const byMoment = (a: Room, b: Room) => lastMoment(b).localeCompare(lastMoment(a));

const lastMoment = ({ chat }: Room) => chat.lastMessage?.createdAt ?? chat.createdAt;

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);
