import { createEffect } from "solid-js";
import { chatWords as t } from "../i18n/chat-words.ts";
import { createAttempt } from "./attempt.ts";
import { Dialog } from "./dialog.tsx";
import { ProblemLine } from "./problem-line.tsx";
import { useShell } from "./shell.tsx";

/** Asked before a sign-out that would lose messages. */
export function UnsentDialog() {
  const { session, show } = useShell();
  const attempt = createAttempt();
  // They may go out while the question stands.
  createEffect(() => {
    if (session.state.outbox.length === 0) show(null);
  });
  return (
    <Dialog title={t().unsentTitle} onClose={() => show(null)}>
      <p>{t().unsentHint(session.state.outbox.length)}</p>
      <ProblemLine text={attempt.problem()} />
      <div class="actions">
        <button type="button" class="button quiet" onClick={() => show(null)}>
          {t().cancel}
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => void attempt.run(session.signOut)}
        >
          {t().signOutAnyway}
        </button>
      </div>
    </Dialog>
  );
}
