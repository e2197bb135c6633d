import { createEffect, createResource, For } from "solid-js";
import { chatWords as t } from "../i18n/chat-words.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { useShell } from "./shell.tsx";
import "../room/quoted-message.css";
import "./unsent-dialog.css";

/** Asked before a sign-out that would lose messages. */
export function UnsentDialog() {
  const { session, show } = useShell();
  const [unsent] = createResource(() => [...session.state.outbox], session.messages.unsent);
  const known = () => unsent.latest ?? [];
  // They may go out while the question stands.
  createEffect(() => {
    if (unsent.state === "ready" && known().length === 0) show(null);
  });
  return (
    <ConfirmDialog
      title={t().unsentTitle}
      action={t().signOutAnyway}
      run={session.connection.signOut}
    >
      <p>{t().unsentHint(known().length)}</p>
      <ul class="unsent">
        <For each={known()}>
          {({ body }) => (
            <li class="quoted" dir="auto">
              {body}
            </li>
          )}
        </For>
      </ul>
    </ConfirmDialog>
  );
}
