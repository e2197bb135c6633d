import type { Chat } from "@parley/contracts/chats";
import { Match, Switch } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { Avatar } from "../people/avatar.tsx";
import { Icon } from "../ui/icon.tsx";
import { peerOf } from "./chat-name.ts";
import "./chat-icon.css";

/** The icon before a chat’s name: a hash, a lock, an avatar, or a sign for a group. */
export function ChatIcon(props: { chat: Chat }) {
  const { session } = useShell();
  return (
    <Switch>
      <Match when={props.chat.kind === "direct"}>
        <Avatar user={peerOf(session, props.chat)} size="small" presence />
      </Match>
      <Match when={props.chat.kind === "group"}>
        <span class="chat-icon">
          <Icon name="people" />
        </span>
      </Match>
      <Match when={props.chat.visibility === "private"}>
        <span class="chat-icon">
          <Icon name="lock" />
        </span>
      </Match>
      <Match when={true}>
        <span class="chat-icon" aria-hidden="true">
          #
        </span>
      </Match>
    </Switch>
  );
}
