import { createEffect } from "solid-js";
import { entryWords as t } from "../i18n/entry-words.ts";
import { Link } from "../navigation/link.tsx";
import { Logo } from "../ui/logo.tsx";
import "../sign-in/sign-in.css";

export default function NotFoundPage() {
  createEffect(() => {
    document.title = `${t().pageMissing} · Parley`;
  });
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <Logo class="large" />
        <h1>{t().pageMissing}</h1>
        <p class="lead">{t().pageMissingHint}</p>
        <Link class="button primary" href="/chat">
          {t().toChats}
        </Link>
      </div>
    </main>
  );
}
