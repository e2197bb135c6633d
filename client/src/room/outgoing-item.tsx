import { createEffect, createSignal, type JSX, Match, onCleanup, Show, Switch } from "solid-js";
import { useShell } from "../app/shell.tsx";
import type { Outgoing } from "../engine/outbox/outbox.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { entryWords } from "../i18n/entry-words.ts";
import { Avatar } from "../people/avatar.tsx";
import { MarkdownView } from "./markdown-view.tsx";
import { QuoteLine } from "./quote-line.tsx";
import "./outgoing-item.css";

/** One's own message that is not in the chat yet, and what has become of it. */
export function OutgoingItem(props: { outgoing: Outgoing; isFollowing: boolean }) {
  const { session } = useShell();
  const me = () => session.me();
  const isLate = createLateness(() => props.outgoing, session.now);
  return (
    <article
      class="message outgoing"
      classList={{ following: props.isFollowing, failed: props.outgoing.status === "failed" }}
    >
      <Show when={props.outgoing.replyTo}>
        {(seq) => <QuoteLine chat={props.outgoing.chat} seq={seq()} />}
      </Show>
      <Show when={!props.isFollowing} fallback={<span />}>
        <span class="message-avatar">
          <Avatar user={me()} />
        </span>
      </Show>
      <div class="message-content">
        <Show when={!props.isFollowing}>
          <header class="message-header">
            <span class="author">{me()?.displayName}</span>
          </header>
        </Show>
        <MarkdownView body={props.outgoing.body} me={me()?.username ?? ""} />
        <Switch>
          <Match when={props.outgoing.status === "failed" && props.outgoing}>
            {(failed) => (
              <Unsent outgoing={failed()} why={entryWords().problems[failed().code]}>
                {" "}
                <button
                  type="button"
                  class="link-button quiet"
                  onClick={() => session.messages.discard(failed().clientId)}
                >
                  {t().discard}
                </button>
              </Unsent>
            )}
          </Match>
          <Match when={isLate()}>
            <Unsent outgoing={props.outgoing} why={t().goesByItself} />
          </Match>
          <Match when={props.outgoing.status !== "stored"}>
            <small class="note sending">{t().sending}</small>
          </Match>
        </Switch>
      </div>
    </article>
  );
}

/** Says that a message was not sent and why, with the way to try at once. */
function Unsent(props: { outgoing: Outgoing; why: string; children?: JSX.Element }) {
  const { session } = useShell();
  return (
    <p class="note bad">
      <b>{t().notSent}</b>. <span>{props.why}</span>{" "}
      <button
        type="button"
        class="link-button"
        onClick={() => session.messages.retry(props.outgoing.clientId)}
      >
        {t().retry}
      </button>
      {props.children}
    </p>
  );
}

/** Whether a message is still tried after the time at which its writer wants to know. */
function createLateness(outgoing: () => Outgoing, clock: () => number): () => boolean {
  const [isLate, setIsLate] = createSignal(false);
  createEffect(() => {
    const now = outgoing();
    const left = "lateAt" in now ? now.lateAt - clock() : Number.POSITIVE_INFINITY;
    setIsLate(left <= 0);
    if (left <= 0 || !Number.isFinite(left)) return;
    const timer = setTimeout(() => setIsLate(true), left);
    onCleanup(() => clearTimeout(timer));
  });
  return isLate;
}
