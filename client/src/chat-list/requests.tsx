import { createSignal, Show } from "solid-js";
import type { Room } from "../engine/room/room.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { ChatGroup } from "./chat-group.tsx";

/** More requests must not push the chats out of view: strangers decide how many there are. */
const SHOWN = 3;

/** The requests of the user, the newest first. */
export function Requests(props: { rooms: readonly Room[] }) {
  const [showsAll, setShowsAll] = createSignal(false);
  const hidden = () => (showsAll() ? 0 : Math.max(0, props.rooms.length - SHOWN));
  return (
    <>
      <ChatGroup title={t().requests} rooms={props.rooms.slice(0, props.rooms.length - hidden())} />
      <Show when={hidden() > 0}>
        <button type="button" class="more-chats" onClick={() => setShowsAll(true)}>
          {t().moreRequests(hidden())}
        </button>
      </Show>
    </>
  );
}
