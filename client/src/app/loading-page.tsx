import { For } from "solid-js";
import { chatWords as t } from "../i18n/chat-words.ts";
import { MessageSkeleton } from "../room/message-skeleton.tsx";
import "./loading-page.css";

/** Placeholder shapes until the first bootstrap; the style hides them for the first 200 ms. */
export function LoadingPage() {
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
