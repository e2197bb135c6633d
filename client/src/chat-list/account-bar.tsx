import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Avatar } from "../people/avatar.tsx";
import { createAttempt } from "../ui/attempt.ts";
import { Icon } from "../ui/icon.tsx";
import { ProblemLine } from "../ui/problem-line.tsx";
import "./account-bar.css";

/** The signed-in user, with buttons for the settings and the sign-out. */
export function AccountBar() {
  const { session, show } = useShell();
  const attempt = createAttempt();
  const isOnline = () => session.state.connection === "open";
  const signOut = () =>
    attempt.run(async () => {
      const unsent = session.messages.unsent();
      if (unsent.length > 0) show({ kind: "unsent" });
      else await session.connection.signOut();
    });
  return (
    <footer class="account-bar">
      <ProblemLine text={attempt.problem()} />
      <button
        type="button"
        class="me-button"
        title={t().settings}
        data-opens="settings"
        onClick={() => show({ kind: "settings" })}
      >
        <Avatar user={session.me()} size="medium" />
        <span class="me-name">
          <b>{session.me()?.displayName}</b>
          <small>{isOnline() ? t().online : t().offline}</small>
        </span>
        <span class="visually-hidden">{t().settings}</span>
        <Icon name="gear" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={t().signOut}
        title={t().signOut}
        data-opens="unsent"
        onClick={() => void signOut()}
      >
        <Icon name="leave" />
      </button>
    </footer>
  );
}
