import { Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { createAttempt } from "../ui/attempt.ts";
import { ProblemLine } from "../ui/problem-line.tsx";

/** Loads further chats; absent while the page has all. */
export function MoreChats() {
  const { session } = useShell();
  const attempt = createAttempt();
  return (
    <Show when={session.state.moreChats}>
      <ProblemLine text={attempt.problem()} />
      <button
        type="button"
        class="more-chats"
        aria-busy={attempt.busy()}
        onClick={() => void attempt.run(session.chats.loadMore)}
      >
        {t().moreChats}
      </button>
    </Show>
  );
}
