import { Match, Switch } from "solid-js";
import { useShell } from "../app/shell.tsx";
import type { Room } from "../engine/room/room.ts";
import { badgeText, type UnreadBadge, unreadBadge } from "../engine/room/unread-badge.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Link } from "../navigation/link.tsx";
import { ChatIcon } from "./chat-icon.tsx";
import { chatName } from "./chat-name.ts";
import "./chat-row.css";

/** A chat in the list: bold if unread, a number for mentions and direct messages, else a dot. */
export function ChatRow(props: { room: Room }) {
  const { session } = useShell();
  const chat = () => props.room.chat;
  // Messages that arrive before the user’s eyes are not announced for the second until they are read.
  const isWatched = () => session.chats.isWatched(chat().id);
  const badge = () => (isWatched() ? NO_BADGE : unreadBadge(props.room));
  return (
    <Link
      href={`/chat/${chat().id}`}
      class="row"
      classList={{ unread: badge().kind !== "none" }}
      aria-label={chatName(session, chat())}
      aria-description={badge().kind !== "none" ? t().unread(chat().unread) : undefined}
    >
      <ChatIcon chat={chat()} />
      <span class="row-name" dir="auto">
        {chatName(session, chat())}
      </span>
      <Switch>
        <Match when={badge().kind === "some"}>
          <span class="unread-dot" />
        </Match>
        <Match when={count(badge())}>{(number) => <span class="badge">{number()}</span>}</Match>
      </Switch>
    </Link>
  );
}

const NO_BADGE: UnreadBadge = { kind: "none" };

function count(badge: UnreadBadge): string | null {
  return badge.kind === "count" ? badgeText(badge.count) : null;
}
