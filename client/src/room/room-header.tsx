import type { Chat } from "@parley/contracts/chats";
import { Match, Show, Switch } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatName, peerOf } from "../chat-list/chat-name.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Link } from "../navigation/link.tsx";
import { Avatar } from "../people/avatar.tsx";
import { presenceText } from "../people/presence-text.ts";
import { Icon } from "../ui/icon.tsx";
import "./room-header.css";
import type { ChatId } from "@parley/contracts/ids";

/** The name and topic of the open chat, with buttons for its search and members. */
export function RoomHeader(props: { chat: Chat }) {
  const { session, show } = useShell();
  const peer = () => peerOf(session, props.chat);
  const name = () => chatName(session, props.chat);
  const showPeer = () => {
    const user = peer();
    if (user) show({ kind: "person", user: user.id });
  };
  return (
    <header class="room-head">
      <Link href="/chat" class="icon-button back" aria-label={t().back}>
        <Icon name="back" />
      </Link>
      <Show
        when={props.chat.kind === "direct"}
        fallback={
          <>
            <h1 dir="auto">
              <Switch>
                <Match when={props.chat.kind === "channel" && props.chat.visibility === "private"}>
                  <Icon name="lock" />
                </Match>
                <Match when={props.chat.kind === "channel"}>
                  <span aria-hidden="true"># </span>
                </Match>
              </Switch>
              {name()}
            </h1>
            <span class="topic" dir="auto" title={props.chat.topic}>
              {props.chat.topic}
            </span>
            <SearchButton chat={props.chat.id} />
            <button
              type="button"
              class="members-button"
              title={t().aboutChat}
              data-opens="members"
              onClick={() => show({ kind: "members", chat: props.chat.id })}
            >
              <Icon name="people" />
              <span class="visually-hidden">{t().members(props.chat.members)}</span>
              <span aria-hidden="true">{props.chat.members}</span>
            </button>
          </>
        }
      >
        <button type="button" class="peer-button" data-opens="person" onClick={showPeer}>
          <Avatar user={peer()} size="medium" presence />
          <span class="peer-name">
            <h1 dir="auto">{name()}</h1>
            <small>{presenceText(peer())}</small>
          </span>
        </button>
        <SearchButton chat={props.chat.id} />
      </Show>
    </header>
  );
}

function SearchButton(props: { chat: ChatId }) {
  const { show } = useShell();
  return (
    <button
      type="button"
      class="icon-button search-button"
      aria-label={t().searchHere}
      title={t().searchHere}
      data-opens="search"
      onClick={() => show({ kind: "search", chat: props.chat })}
    >
      <Icon name="find" />
    </button>
  );
}
