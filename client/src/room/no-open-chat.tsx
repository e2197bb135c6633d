import { Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { NoChats } from "../chat-list/no-chats.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Icon } from "../ui/icon.tsx";
import { Logo } from "../ui/logo.tsx";
import { isNarrow } from "../ui/viewport.ts";
import "../ui/empty.css";

/** The sheet when no chat is open, with a button that begins one. */
export function NoOpenChat() {
  const { session, show } = useShell();
  const hasChats = () => Object.keys(session.state.rooms).length > 0;
  return (
    <Show
      when={hasChats()}
      fallback={
        <Show when={!isNarrow()}>
          <NoChats />
        </Show>
      }
    >
      <div class="empty">
        <Logo class="large" />
        <h1>{t().chooseChat}</h1>
        <p>{t().chooseChatHint}</p>
        <button
          type="button"
          class="button plain"
          data-opens="new_chat"
          onClick={() => show({ kind: "new_chat" })}
        >
          <Icon name="plus" />
          {t().beginChat}
        </button>
      </div>
    </Show>
  );
}
