import type { FailureCode } from "../engine/api/request.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { entryWords } from "../i18n/entry-words.ts";
import { Logo } from "../ui/logo.tsx";
import { useShell } from "./shell.tsx";
import "../ui/empty.css";

/** Shown when the first bootstrap failed: the reason, and a button that tries again. */
export function LoadFailedPage(props: { code: FailureCode }) {
  const { session } = useShell();
  return (
    <main class="sheet whole">
      <div class="empty">
        <Logo class="large" />
        <h1>{t().startFailed}</h1>
        <p>{entryWords().problems[props.code]}</p>
        <button type="button" class="button primary" onClick={() => void session.start()}>
          {t().tryAgain}
        </button>
      </div>
    </main>
  );
}
