import { useLocation, useNavigate, useParams } from "@solidjs/router";
import { createEffect, createSignal, Match, onCleanup, onMount, Show, Switch } from "solid-js";
import { ChatList } from "../chat-list/chat-list.tsx";
import { unreadTotal } from "../engine/room/unread-badge.ts";
import { NoOpenChat } from "../room/no-open-chat.tsx";
import { RoomView } from "../room/room-view.tsx";
import { signInPage } from "../sign-in/next-page.ts";
import { ConnectionStrip } from "./connection-strip.tsx";
import { LoadFailedPage } from "./load-failed-page.tsx";
import { LoadingPage } from "./loading-page.tsx";
import { createNotice, Notice } from "./notice.tsx";
import { openSession } from "./open-session.ts";
import { Overlays } from "./overlays.tsx";
import {
  chatName,
  type MessagePlace,
  type Overlay,
  type Shell,
  ShellProvider,
  type Writing,
} from "./shell.tsx";
import "./chat-page.css";

export default function ChatPage() {
  const params = useParams();
  const navigate = useNavigate();
  const location = useLocation();
  const [overlay, show] = createSignal<Overlay | null>(null);
  const { session, close } = openSession((why) => {
    navigate(why === "asked" ? "/login" : signInPage(location.pathname), { replace: true });
  });
  const go = (chat: string | null) => navigate(chat ? `/chat/${chat}` : "/chat");
  const [writing, write] = createSignal<Writing>({ kind: "new" });
  // The same place again is a jump again.
  const [targetMessage, setTargetMessage] = createSignal<MessagePlace | null>(null, {
    equals: false,
  });
  const notice = createNotice();
  const jumpToMessage = (place: MessagePlace) => {
    // First the place: the log that it is in may be on the screen, or about to be.
    if (params["id"] !== place.chat) go(place.chat);
    setTargetMessage(place);
  };
  const shell: Shell = {
    session,
    show,
    go,
    writing,
    write,
    targetMessage,
    jumpToMessage,
    notify: notice.notify,
  };
  const jumpByKey = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.code !== "KeyK") return;
    event.preventDefault();
    show({ kind: "jump" });
  };
  onMount(() => document.addEventListener("keydown", jumpByKey));
  onCleanup(() => {
    document.removeEventListener("keydown", jumpByKey);
    close();
  });
  createEffect(() => {
    const news = unreadTotal(session.state.rooms);
    const chat = session.state.rooms[params["id"] ?? ""]?.chat;
    const place = chat ? `${chatName(session, chat)} · Parley` : "Parley";
    document.title = news > 0 ? `(${news}) ${place}` : place;
  });
  return (
    <ShellProvider value={shell}>
      <div class="app" classList={{ "in-room": params["id"] !== undefined }}>
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
              <Show when={params["id"]} keyed fallback={<NoOpenChat />}>
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
