import { createUniqueId, For, Show } from "solid-js";
import type { Room } from "../engine/room/room.ts";
import { ChatRow } from "./chat-row.tsx";

/** Chats under a title; absent while there are none. */
export function ChatGroup(props: { title: string; rooms: readonly Room[] }) {
  const id = createUniqueId();
  return (
    <Show when={props.rooms.length > 0}>
      <section>
        <h2 class="chats-title" id={id}>
          {props.title}
        </h2>
        <ul aria-labelledby={id}>
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
