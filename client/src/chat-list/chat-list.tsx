import { createMemo, For, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import type { Room } from "../engine/room/room.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Avatar } from "../people/avatar.tsx";
import { createAttempt } from "../ui/attempt.ts";
import { Icon } from "../ui/icon.tsx";
import { Logo } from "../ui/logo.tsx";
import { ProblemLine } from "../ui/problem-line.tsx";
import { isNarrow } from "../ui/viewport.ts";
import { ChatRow } from "./chat-row.tsx";
import { NoChats } from "./no-chats.tsx";

/** The list of chats, and the way to everything that is no chat. */
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
          onClick={() => show({ kind: "new_chat" })}
        >
          <Icon name="plus" />
        </button>
      </header>
      <button type="button" class="jump-button" onClick={() => show({ kind: "jump" })}>
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

function AccountBar() {
  const { session, show } = useShell();
  const attempt = createAttempt();
  const isOnline = () => session.state.connection === "open";
  const signOut = () =>
    attempt.run(async () => {
      const unsent = await session.messages.unsent();
      if (unsent.length > 0) show({ kind: "unsent" });
      else await session.connection.signOut();
    });
  return (
    <footer class="me-bar">
      <ProblemLine text={attempt.problem()} />
      <button
        type="button"
        class="me-button"
        title={t().settings}
        onClick={() => show({ kind: "settings" })}
      >
        <Avatar user={session.me()} size="medium" />
        <span class="me-name">
          <b>{session.me()?.displayName}</b>
          <small>{isOnline() ? t().online : t().offline}</small>
        </span>
        <span class="unseen">{t().settings}</span>
        <Icon name="gear" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={t().signOut}
        title={t().signOut}
        onClick={() => void signOut()}
      >
        <Icon name="leave" />
      </button>
    </footer>
  );
}

const lastMoment = ({ chat }: Room) => chat.lastMessage?.createdAt ?? chat.createdAt;

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);
