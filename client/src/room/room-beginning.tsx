import type { Chat } from "@parley/contracts/chats";
import { Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatTitle, peerOf } from "../chat-list/chat-name.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Avatar } from "../people/avatar.tsx";
import "./room-beginning.css";

/** The introduction above the first message of a chat. */
export function RoomBeginning(props: { chat: Chat; isEmpty: boolean }) {
  const { session } = useShell();
  const title = () => {
    const name = chatTitle(session, props.chat);
    return props.chat.kind === "direct" ? t().directBegins(name) : t().channelBegins(name);
  };
  return (
    <div class="beginning">
      <Show when={props.chat.kind === "direct"}>
        <Avatar user={peerOf(session, props.chat)} size="large" />
      </Show>
      <p class="beginning-title" dir="auto">
        {title()}
      </p>
      <Show when={props.chat.topic || (props.isEmpty && !props.chat.request && t().beginsHint)}>
        {(line) => <p dir="auto">{line()}</p>}
      </Show>
    </div>
  );
}
