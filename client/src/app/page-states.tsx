import type { Chat } from "@parley/contracts/chats";
import { createSignal, For, onMount, Show } from "solid-js";
import type { FailureCode } from "../engine/api/request.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { entryWords } from "../i18n/entry-words.ts";
import { createAttempt } from "../ui/attempt.ts";
import { Icon } from "../ui/icon.tsx";
import { Mark } from "../ui/logo.tsx";
import { isNarrow } from "../ui/viewport.ts";
import { useShell } from "./shell.tsx";

/** Quiet shapes of what is to come; the style keeps them unseen for the first 200 ms. */
export function Starting() {
  return (
    <>
      <div class="side skeleton" aria-hidden="true">
        <For each={[60, 85, 45, 70, 55]}>{(width) => <i class={`bar w${width}`} />}</For>
      </div>
      <main class="sheet skeleton" aria-busy="true" aria-label={t().loading}>
        <MessageSkeleton />
      </main>
    </>
  );
}

export function MessageSkeleton() {
  return (
    <div class="skeleton messages" aria-hidden="true">
      <For each={[70, 45, 85, 60]}>
        {(width) => (
          <div class="skeleton-message">
            <i class="block" />
            <i class="bar w30" />
            <i class={`bar w${width}`} />
          </div>
        )}
      </For>
    </div>
  );
}

export function StartFailed(props: { code: FailureCode }) {
  const { session } = useShell();
  return (
    <main class="sheet whole">
      <div class="empty">
        <Mark class="large" />
        <h1>{t().startFailed}</h1>
        <p>{entryWords().problems[props.code]}</p>
        <button type="button" class="button primary" onClick={() => void session.start()}>
          {t().tryAgain}
        </button>
      </div>
    </main>
  );
}

/** The sheet when no chat is open: says what to do. */
export function NoRoom() {
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
        <Mark class="large" />
        <h1>{t().chooseChat}</h1>
        <p>{t().chooseChatHint}</p>
        <button type="button" class="button plain" onClick={() => show({ kind: "new_chat" })}>
          <Icon name="plus" />
          {t().beginChat}
        </button>
      </div>
    </Show>
  );
}

/** What to do first: on the sheet, or in the list where that is all there is to see. */
export function NoChats() {
  const { session, show } = useShell();
  const [channels, setChannels] = createSignal<Chat[]>([]);
  const attempt = createAttempt();
  onMount(() => void attempt.run(async () => void setChannels(await session.publicChats(""))));
  return (
    <div class="empty">
      <Mark class="large" />
      <h1>{t().noChats}</h1>
      <p>{t().noChatsHint}</p>
      <button type="button" class="button primary" onClick={() => show({ kind: "new_chat" })}>
        <Icon name="plus" />
        {t().beginChat}
      </button>
      <Show when={channels().length > 0}>
        <button
          type="button"
          class="button plain"
          onClick={() => show({ kind: "new_chat", tab: "browse" })}
        >
          {t().browseChannels}
        </button>
      </Show>
    </div>
  );
}
