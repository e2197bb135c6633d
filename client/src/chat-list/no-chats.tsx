import type { Chat } from "@parley/contracts/chats";
import { createSignal, onMount, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { createAttempt } from "../ui/attempt.ts";
import { Icon } from "../ui/icon.tsx";
import { Logo } from "../ui/logo.tsx";
import "../ui/empty.css";

/** Shown to a user without chats: on the sheet, or in the list of a narrow window. */
export function NoChats() {
  const { session, show } = useShell();
  const [channels, setChannels] = createSignal<Chat[]>([]);
  const attempt = createAttempt();
  onMount(
    () => void attempt.run(async () => void setChannels(await session.chats.publicChats(""))),
  );
  return (
    <div class="empty">
      <Logo class="large" />
      <h1>{t().noChats}</h1>
      <p>{t().noChatsHint}</p>
      <button
        type="button"
        class="button primary"
        data-opens="new_chat"
        onClick={() => show({ kind: "new_chat" })}
      >
        <Icon name="plus" />
        {t().beginChat}
      </button>
      <Show when={channels().length > 0}>
        <button
          type="button"
          class="button plain"
          data-opens="new_chat"
          onClick={() => show({ kind: "new_chat", tab: "browse" })}
        >
          {t().browseChannels}
        </button>
      </Show>
    </div>
  );
}
