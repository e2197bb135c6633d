import type { Chat } from "@parley/contracts/chats";
import { Match, Switch } from "solid-js";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";
import { colourOf } from "./initials.ts";
import { peerOf, useShell } from "./shell.tsx";

/** What stands before a chat’s name: a hash, a lock, a face, or the number of faces. */
export function ChatSign(props: { chat: Chat }) {
  const { session } = useShell();
  return (
    <Switch>
      <Match when={props.chat.kind === "direct"}>
        <Avatar user={peerOf(session, props.chat)} size="small" presence />
      </Match>
      <Match when={props.chat.kind === "group"}>
        <span class="avatar small" aria-hidden="true">
          <span class={`initials colour-${colourOf(props.chat.id)}`}>{props.chat.members}</span>
        </span>
      </Match>
      <Match when={props.chat.visibility === "private"}>
        <span class="sign">
          <Icon name="lock" />
        </span>
      </Match>
      <Match when={true}>
        <span class="sign" aria-hidden="true">
          #
        </span>
      </Match>
    </Switch>
  );
}
