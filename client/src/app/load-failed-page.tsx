import type { FailureCode } from "../engine/api/request.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { problemText } from "../i18n/problem-text.ts";
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
        <p>{problemText(props)}</p>
        <button type="button" class="button primary" onClick={() => void session.start()}>
          {t().tryAgain}
        </button>
      </div>
    </main>
  );
}
