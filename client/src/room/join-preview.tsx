import { createResource, createSignal, Match, Show, Switch } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { ApiError } from "../engine/api/request.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { problemText } from "../i18n/problem-text.ts";
import { MessageSkeleton } from "./message-skeleton.tsx";
import { NoSuchChat } from "./no-such-chat.tsx";
import "../ui/empty.css";

/** The sheet for a chat that the user is not a member of: a public channel to join, or “not here”. */
export function JoinPreview(props: { id: string }) {
  const { session } = useShell();
  const [chat, { refetch }] = createResource(() => props.id, session.chats.preview);
  const [problem, setProblem] = createSignal<string>();
  const join = async () => {
    try {
      await session.chats.join(props.id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(problemText(error));
    }
  };
  return (
    <Switch>
      <Match when={chat.loading}>
        <MessageSkeleton />
      </Match>
      <Match when={chat.error}>
        <div class="empty">
          <h1>{t().historyFailed}</h1>
          <button type="button" class="button primary" onClick={() => void refetch()}>
            {t().tryAgain}
          </button>
        </div>
      </Match>
      <Match when={chat()}>
        {(found) => (
          <div class="empty">
            <h1 dir="auto">{t().joinTitle(`#${found().name}`)}</h1>
            <p dir="auto">{found().topic}</p>
            <p>{t().members(found().members)}</p>
            <button type="button" class="button primary" onClick={() => void join()}>
              {t().join}
            </button>
            <Show when={problem()}>
              <p class="problem" role="alert">
                {problem()}
              </p>
            </Show>
          </div>
        )}
      </Match>
      <Match when={true}>
        <NoSuchChat />
      </Match>
    </Switch>
  );
}
