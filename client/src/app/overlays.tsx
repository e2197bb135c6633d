import { Match, Switch } from "solid-js";
import { NewChatDialog } from "../chat-list/new-chat-dialog.tsx";
import { PersonDialog } from "../people/person-dialog.tsx";
import { DeleteMessageDialog } from "../room/delete-message-dialog.tsx";
import { LeaveDialog } from "../room/leave-dialog.tsx";
import { MembersDialog } from "../room/members-dialog.tsx";
import { MessageMenu } from "../room/message-menu.tsx";
import { JumpDialog } from "../search/jump-dialog.tsx";
import { SearchDialog } from "../search/search-dialog.tsx";
import { SettingsDialog } from "../settings/settings-dialog.tsx";
import type { Overlay } from "./shell.tsx";
import { UnsentDialog } from "./unsent-dialog.tsx";

/** Whatever lies over the page just now. */
export function Overlays(props: { overlay: Overlay | null }) {
  return (
    <Switch>
      <Match when={props.overlay?.kind === "jump"}>
        <JumpDialog />
      </Match>
      <Match when={props.overlay?.kind === "new_chat" && props.overlay} keyed>
        {({ tab }) => <NewChatDialog tab={tab} />}
      </Match>
      <Match when={props.overlay?.kind === "settings"}>
        <SettingsDialog />
      </Match>
      <Match when={props.overlay?.kind === "unsent"}>
        <UnsentDialog />
      </Match>
      <Match when={props.overlay?.kind === "person" && props.overlay.user} keyed>
        {(user) => <PersonDialog user={user} />}
      </Match>
      <Match when={props.overlay?.kind === "members" && props.overlay.chat} keyed>
        {(chat) => <MembersDialog chat={chat} />}
      </Match>
      <Match when={props.overlay?.kind === "leave" && props.overlay.chat} keyed>
        {(chat) => <LeaveDialog chat={chat} />}
      </Match>
      <Match when={props.overlay?.kind === "search" && props.overlay.chat} keyed>
        {(chat) => <SearchDialog chat={chat} />}
      </Match>
      <Match when={props.overlay?.kind === "message_menu" && props.overlay} keyed>
        {(menu) => <MessageMenu menu={menu} />}
      </Match>
      <Match when={props.overlay?.kind === "delete_message" && props.overlay} keyed>
        {(place) => <DeleteMessageDialog place={place} />}
      </Match>
    </Switch>
  );
}
