import { createMemo, Match, onCleanup, Switch, untrack } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { Composer } from "../composer/composer.tsx";
import type { Room } from "../engine/room/room.ts";
import { BlockedNotice } from "./blocked-notice.tsx";
import { JoinPreview } from "./join-preview.tsx";
import { MessageLog } from "./message-log.tsx";
import { NoSuchChat } from "./no-such-chat.tsx";
import { RequestBar } from "./request-bar.tsx";
import { RoomHeader } from "./room-header.tsx";
import { TypingLine } from "./typing-line.tsx";
import "./room-view.css";

/** The open chat, or its preview if the user is not a member. */
export function RoomView(props: { id: string }) {
  const { session } = useShell();
  const room = () => session.state.rooms[props.id];
  // A chat that was left is gone, unless everybody may see it; a request for it would be refused.
  const mayHavePreview = createMemo<boolean>((before) => {
    const chat = room()?.chat;
    return chat ? chat.visibility === "public" : before;
  }, true);
  return (
    <Switch fallback={<NoSuchChat />}>
      <Match when={room()}>{(room) => <MemberRoom room={room()} />}</Match>
      <Match when={mayHavePreview()}>
        <JoinPreview id={props.id} />
      </Match>
    </Switch>
  );
}

function MemberRoom(props: { room: Room }) {
  const { session } = useShell();
  const chat = () => props.room.chat;
  const block = () => session.state.blocks[chat().peer?.id ?? ""];
  untrack(() => session.chats.show(chat().id));
  onCleanup(() => session.chats.show(null));
  return (
    <>
      <RoomHeader chat={chat()} />
      <MessageLog room={props.room} />
      <footer class="room-foot">
        <TypingLine chat={chat().id} />
        <Switch fallback={<Composer chat={chat()} />}>
          <Match when={chat().request}>
            <RequestBar chat={chat()} />
          </Match>
          <Match when={block()}>{(block) => <BlockedNotice block={block()} />}</Match>
        </Switch>
      </footer>
    </>
  );
}
