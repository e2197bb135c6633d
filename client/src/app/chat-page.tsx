import {
  createEffect,
  createMemo,
  createSignal,
  Match,
  onCleanup,
  onMount,
  Show,
  Switch,
} from "solid-js";
import { ChatList } from "../chat-list/chat-list.tsx";
import { chatName } from "../chat-list/chat-name.ts";
import type { ComposerMode } from "../composer/composer-mode.ts";
import { unreadTotal } from "../engine/room/unread-badge.ts";
import type { Session } from "../engine/session/session.ts";
import { address, navigate, type PageProps } from "../navigation/address.ts";
import { pageOf } from "../navigation/page-of.ts";
import type { MessagePlace } from "../room/message-place.ts";
import { NoOpenChat } from "../room/no-open-chat.tsx";
import { RoomView } from "../room/room-view.tsx";
import { signInPage } from "../sign-in/next-page.ts";
import { ConnectionStrip } from "./connection-strip.tsx";
import { LoadFailedPage } from "./load-failed-page.tsx";
import { LoadingPage } from "./loading-page.tsx";
import { createNotice, Notice } from "./notice.tsx";
import { openSession } from "./open-session.ts";
import { isSameOverlay, type Overlay } from "./overlay.ts";
import { Overlays } from "./overlays.tsx";
import { createDialogPreloader } from "./preload-dialogs.ts";
import { type Shell, ShellProvider } from "./shell.tsx";
import "./chat-page.css";
import type { ChatId } from "@parley/contracts/ids";

export default function ChatPage(props: PageProps) {
  const openChat = createMemo(() => pageOf(props.address.path).chat);
  const [overlay, show] = createSignal<Overlay | null>(null, { equals: isSameOverlay });
  const [composerMode, setComposerMode] = createSignal<ComposerMode>({ kind: "new" });
  // `equals: false`, because a second jump to the same message is another jump.
  const [targetMessage, setTargetMessage] = createSignal<MessagePlace | null>(null, {
    equals: false,
  });
  const notice = createNotice();
  const { session, close } = openSession((why) => {
    navigate(why === "asked" ? "/login" : signInPage(address().path), { replace: true });
  });
  onCleanup(close);
  const go = (chat: ChatId | null) => navigate(chat ? `/chat/${chat}` : "/chat");

  function jumpToMessage(place: MessagePlace): void {
    // The chat first, because its log reacts to the target and may not be mounted yet.
    if (openChat() !== place.chat) go(place.chat);
    setTargetMessage(place);
  }

  const shell: Shell = {
    session,
    show,
    go,
    composerMode,
    setComposerMode,
    targetMessage,
    jumpToMessage,
    notify: notice.notify,
  };
  const preload = createDialogPreloader();
  createShortcuts(show);
  createPageTitle(session, openChat);
  return (
    <ShellProvider value={shell}>
      <div class="app" classList={{ "in-room": openChat() !== null }} {...preload}>
        <ConnectionStrip />
        <Switch>
          <Match when={session.state.phase.kind === "starting"}>
            <LoadingPage />
          </Match>
          <Match when={session.state.phase.kind === "failed" && session.state.phase}>
            {(failed) => <LoadFailedPage code={failed().code} />}
          </Match>
          <Match when={session.state.phase.kind === "ready"}>
            <ChatList />
            <main class="sheet">
              <Show when={openChat()} keyed fallback={<NoOpenChat />}>
                {(id) => <RoomView id={id} />}
              </Show>
            </main>
            <Overlays overlay={overlay()} />
            <Notice text={notice.text()} />
          </Match>
        </Switch>
      </div>
    </ShellProvider>
  );
}

/** Ctrl+K, or ⌘K, opens the jump dialog. */
function createShortcuts(show: Shell["show"]): void {
  const pressed = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.code !== "KeyK") return;
    event.preventDefault();
    show({ kind: "jump" });
  };
  onMount(() => document.addEventListener("keydown", pressed));
  onCleanup(() => document.removeEventListener("keydown", pressed));
}

/** Titles the page with the number of unread chats and the name of the open chat. */
function createPageTitle(session: Session, openChat: () => string | null): void {
  createEffect(() => {
    const unread = unreadTotal(session.state.rooms, session.chats.isWatched);
    const chat = session.state.rooms[openChat() ?? ""]?.chat;
    const title = chat ? `${chatName(session, chat)} · Parley` : "Parley";
    document.title = unread > 0 ? `(${unread}) ${title}` : title;
  });
}
