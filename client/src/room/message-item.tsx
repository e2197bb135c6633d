import { mentionedNames } from "@parley/contracts/mentions";
import type { Message } from "@parley/contracts/messages";
import { createMemo, Match, Show, Switch } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { startsDay, startsGroup } from "../engine/room/grouping.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { clockTime, dayName, fullTime, timeOfDay } from "../i18n/time.ts";
import { Avatar } from "../people/avatar.tsx";
import { person, personName } from "../people/person.ts";
import { MarkdownView } from "./markdown-view.tsx";
import { MessageTools } from "./message-tools.tsx";
import { QuoteLine } from "./quote-line.tsx";
import { ReactionRow } from "./reaction-row.tsx";
import "./message-item.css";

interface MessageItemProps {
  message: Message;
  /** Whether the message is hovered or focused. */
  isActive: boolean;
  /** Whether the message is the target of a recent jump. */
  isTarget: boolean;
  previous: Message | undefined;
  isFirstUnread: boolean;
  /** Set for a folded message. */
  fold: { unfold: () => void } | undefined;
}

/** A message in the log, with the dividers of a new day and of the first unread message above it. */
export function MessageItem(props: MessageItemProps) {
  const isNewDay = createMemo(() => startsDay(props.previous, props.message));
  const isFirstFolded = () =>
    props.previous?.sender !== props.message.sender || isNewDay() || props.isFirstUnread;
  return (
    <>
      <Show when={isNewDay()}>
        <p class="divider">{dayName(props.message.createdAt, Date.now())}</p>
      </Show>
      <Show when={props.isFirstUnread}>
        {/* biome-ignore lint/a11y/useSemanticElements: an <hr> holds no text. */}
        <div class="divider new" role="separator" aria-label={t().newMessages}>
          {t().newMessages}
        </div>
      </Show>
      <Show when={props.fold} fallback={<PlainMessage {...props} />}>
        {(fold) => (
          <Show when={isFirstFolded()}>
            <FoldedMessages message={props.message} onShow={fold().unfold} />
          </Show>
        )}
      </Show>
    </>
  );
}

/** Replaces consecutive messages of a blocked person. */
function FoldedMessages(props: { message: Message; onShow: () => void }) {
  const { session } = useShell();
  return (
    <article class="message folded" data-seq={props.message.seq} tabindex="-1">
      <span>{t().foldedMessages(personName(session, props.message.sender))}</span>
      <button type="button" class="link-button" onClick={() => props.onShow()}>
        {t().show}
      </button>
    </article>
  );
}

function PlainMessage(props: MessageItemProps) {
  const { session, show } = useShell();
  const isFirst = createMemo(
    () => props.isFirstUnread || startsGroup(props.previous, props.message),
  );
  const me = () => session.me()?.username ?? "";
  const isToMe = createMemo(
    () => props.message.sender !== session.me()?.id && mentionedNames(props.message.body).has(me()),
  );
  const sender = () => person(session, props.message.sender);
  const showSender = () => show({ kind: "person", user: props.message.sender });
  return (
    <article
      class="message"
      classList={{ following: !isFirst(), "to-me": isToMe(), target: props.isTarget }}
      data-seq={props.message.seq}
      tabindex="-1"
    >
      <Show when={props.message.deletedAt ? null : props.message.replyTo}>
        {(seq) => <QuoteLine chat={props.message.chat} seq={seq()} />}
      </Show>
      <Show when={isFirst()} fallback={<Time at={props.message.createdAt} isBeside />}>
        <span class="message-avatar">
          <Avatar user={sender()} />
        </span>
      </Show>
      <div class="message-content">
        <Show when={isFirst()}>
          <header class="message-header">
            <button
              type="button"
              class="author"
              dir="auto"
              data-opens="person"
              onClick={showSender}
            >
              {personName(session, props.message.sender)}
            </button>
            <Time at={props.message.createdAt} />
          </header>
        </Show>
        <Switch fallback={<MarkdownView body={props.message.body} me={me()} />}>
          <Match when={props.message.deletedAt}>
            <p class="deleted-text">{t().deleted}</p>
          </Match>
        </Switch>
        <Show when={props.message.editedAt && !props.message.deletedAt}>
          <small class="note edited" title={fullTime(props.message.editedAt ?? "")}>
            {t().edited}
          </small>
        </Show>
        <ReactionRow message={props.message} />
      </div>
      <Show when={props.isActive && !props.message.deletedAt}>
        <MessageTools message={props.message} />
      </Show>
    </article>
  );
}

/** @param props.isBeside shows the short form, in the narrow column beside a message inside a group. */
function Time(props: { at: string; isBeside?: boolean }) {
  return (
    <time datetime={props.at} title={fullTime(props.at)}>
      {props.isBeside ? clockTime(props.at) : timeOfDay(props.at)}
    </time>
  );
}
