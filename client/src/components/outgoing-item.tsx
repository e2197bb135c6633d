import { Match, Show, Switch } from "solid-js";
import { chatWords as t } from "../i18n/chat-words.ts";
import { entryWords } from "../i18n/entry-words.ts";
import type { Outgoing } from "../state/outbox.ts";
import { Avatar } from "./avatar.tsx";
import { MarkdownView } from "./markdown-view.tsx";
import { QuoteLine } from "./quote-line.tsx";
import { useShell } from "./shell.tsx";

/** One's own message that is not in the chat yet, and what has become of it. */
export function OutgoingItem(props: { outgoing: Outgoing; isFollowing: boolean }) {
  const { session } = useShell();
  const me = () => session.me();
  return (
    <article
      class="message outgoing"
      classList={{ following: props.isFollowing, failed: props.outgoing.status === "failed" }}
    >
      <Show when={props.outgoing.replyTo}>
        {(seq) => <QuoteLine chat={props.outgoing.chat} seq={seq()} />}
      </Show>
      <Show when={!props.isFollowing} fallback={<span />}>
        <span class="face">
          <Avatar user={me()} />
        </span>
      </Show>
      <div class="said">
        <Show when={!props.isFollowing}>
          <header class="who">
            <span class="author">{me()?.displayName}</span>
          </header>
        </Show>
        <MarkdownView body={props.outgoing.body} me={me()?.username ?? ""} />
        <Switch>
          <Match when={props.outgoing.status === "queued" || props.outgoing.status === "flying"}>
            <small class="note sending">{t().sending}</small>
          </Match>
          <Match when={props.outgoing.status === "failed" && props.outgoing}>
            {(failed) => (
              <p class="note bad">
                <b>{t().notSent}</b>. <span>{entryWords().problems[failed().code]}</span>{" "}
                <button
                  type="button"
                  class="link-button"
                  onClick={() => session.retry(failed().clientId)}
                >
                  {t().retry}
                </button>{" "}
                <button
                  type="button"
                  class="link-button quiet"
                  onClick={() => session.discard(failed().clientId)}
                >
                  {t().discard}
                </button>
              </p>
            )}
          </Match>
        </Switch>
      </div>
    </article>
  );
}
