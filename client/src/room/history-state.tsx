import { Match, Switch } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { showsBeginning } from "../engine/room/message-window.ts";
import type { Room } from "../engine/room/room.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { MessageSkeleton } from "./message-skeleton.tsx";
import { RoomBeginning } from "./room-beginning.tsx";
import "../ui/empty.css";

interface HistoryStateProps {
  room: Room;
  hasMessages: boolean;
  hasOutgoing: boolean;
}

/** What is above the oldest loaded message: the loading, its failure, or the beginning of the chat. */
export function HistoryState(props: HistoryStateProps) {
  const { session } = useShell();
  const isLoading = () => props.room.history === "loading" || props.room.detached !== null;
  return (
    <Switch>
      <Match when={isLoading() && !props.hasMessages}>
        <MessageSkeleton />
      </Match>
      <Match when={props.room.history === "failed" && props.room.detached === null}>
        <div class="empty">
          <h2>{t().historyFailed}</h2>
          <button
            type="button"
            class="button plain"
            onClick={() => void session.history.retry(props.room.chat.id)}
          >
            {t().tryAgain}
          </button>
        </div>
      </Match>
      <Match when={showsBeginning(props.room)}>
        <RoomBeginning chat={props.room.chat} isEmpty={!props.hasMessages && !props.hasOutgoing} />
      </Match>
    </Switch>
  );
}
