import type { JSX } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { createAttempt } from "./attempt.ts";
import { Dialog } from "./dialog.tsx";
import { ProblemLine } from "./problem-line.tsx";

interface ConfirmDialogProps {
  title: string;
  /** The label of the button that confirms. */
  action: string;
  run: () => Promise<void>;
  children: JSX.Element;
}

/** Asks before an action that can't be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { show } = useShell();
  const attempt = createAttempt();
  return (
    <Dialog title={props.title} onClose={() => show(null)}>
      {props.children}
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
          onClick={() => void attempt.run(props.run)}
        >
          {props.action}
        </button>
      </div>
    </Dialog>
  );
}
