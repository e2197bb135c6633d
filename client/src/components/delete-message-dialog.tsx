import { Show } from "solid-js";
import { chatWords as t } from "../i18n/chat-words.ts";
import { createAttempt } from "./attempt.ts";
import { Dialog } from "./dialog.tsx";
import { ProblemLine } from "./problem-line.tsx";
import { Quote } from "./quote-line.tsx";
import { type MessagePlace, useShell } from "./shell.tsx";

/** Asked before a message goes for good. */
export function DeleteMessageDialog(props: { place: MessagePlace }) {
  const { session, show } = useShell();
  const attempt = createAttempt();
  const message = () => session.findQuoted(props.place.chat, props.place.seq);

  async function remove(): Promise<void> {
    const { chat, seq } = props.place;
    if (await attempt.run(() => session.deleteMessage(chat, seq))) show(null);
  }

  return (
    <Dialog title={t().deleteTitle} onClose={() => show(null)}>
      <Show when={message()}>
        {(message) => (
          <p class="quoted">
            <Quote message={message()} />
          </p>
        )}
      </Show>
      <p class="soft">{t().deleteHint}</p>
      <ProblemLine text={attempt.problem()} />
      <div class="actions">
        <button type="button" class="button quiet" onClick={() => show(null)}>
          {t().cancel}
        </button>
        <button
          type="button"
          class="button danger"
          autofocus
          aria-busy={attempt.busy()}
          onClick={() => void remove()}
        >
          {t().delete}
        </button>
      </div>
    </Dialog>
  );
}
