import { createEffect, createSignal, type JSX, Match, onCleanup, Show, Switch } from "solid-js";
import { useShell } from "../app/shell.tsx";
import type { Outgoing } from "../engine/outbox/outbox.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { problemText } from "../i18n/problem-text.ts";
import { Avatar } from "../people/avatar.tsx";
import { MarkdownView } from "./markdown-view.tsx";
import { QuoteLine } from "./quote-line.tsx";
import "./outgoing-item.css";

/** A message of the user that is not stored yet, with its state. */
export function OutgoingItem(props: { outgoing: Outgoing; isFollowing: boolean }) {
  const { session } = useShell();
  const me = () => session.me();
  const isLate = createIsLate(() => props.outgoing, session.now);
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
              <Unsent outgoing={failed()} why={problemText(failed())}>
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

/** Tells that a message was not sent and why, with a button that retries at once. */
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

/** Whether a message is still unsent after its `lateAt`. */
function createIsLate(outgoing: () => Outgoing, clock: () => number): () => boolean {
  const [isLate, setIsLate] = createSignal(false);
  createEffect(() => {
    const message = outgoing();
    const leftMs = "lateAt" in message ? message.lateAt - clock() : Number.POSITIVE_INFINITY;
    setIsLate(leftMs <= 0);
    if (leftMs <= 0 || !Number.isFinite(leftMs)) return;
    const timer = setTimeout(() => setIsLate(true), leftMs);
    onCleanup(() => clearTimeout(timer));
  });
  return isLate;
}
