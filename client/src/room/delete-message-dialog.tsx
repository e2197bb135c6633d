import { Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import type { MessagePlace } from "./message-place.ts";
import { Quote } from "./quote-line.tsx";
import "./quoted-message.css";

/** Confirms the deletion of a message, which is final. */
export function DeleteMessageDialog(props: MessagePlace) {
  const { session, show } = useShell();
  const message = () => session.history.findQuoted(props.chat, props.seq);

  async function remove(): Promise<void> {
    await session.messages.delete(props.chat, props.seq);
    show(null);
  }

  return (
    <ConfirmDialog title={d().deleteTitle} action={d().delete} run={remove}>
      <Show when={message()}>
        {(message) => (
          <p class="quoted">
            <Quote message={message()} />
          </p>
        )}
      </Show>
      <p class="soft">{d().deleteHint}</p>
    </ConfirmDialog>
  );
}
