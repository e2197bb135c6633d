import { createEffect, createMemo, For } from "solid-js";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { useShell } from "./shell.tsx";
import "../room/quoted-message.css";
import "./unsent-dialog.css";

/** Confirms a sign-out that would lose unsent messages. */
export function UnsentDialog() {
  const { session, show } = useShell();
  const unsent = createMemo(() => session.messages.unsent());
  // The messages may be sent while the dialog is open.
  createEffect(() => {
    if (unsent().length === 0) show(null);
  });
  return (
    <ConfirmDialog
      title={d().unsentTitle}
      action={d().signOutAnyway}
      run={session.connection.signOut}
    >
      <p>{d().unsentHint(unsent().length)}</p>
      <ul class="unsent">
        <For each={unsent()}>
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
