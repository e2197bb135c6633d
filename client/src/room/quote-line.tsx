import type { Message } from "@parley/contracts/messages";
import { createEffect, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatWords as t } from "../i18n/chat-words.ts";
import { personName } from "../people/person.ts";
import { excerpt } from "./excerpt.ts";
import type { MessagePlace } from "./message-place.ts";
import "./quote-line.css";

/** The quoted message above a reply; a press jumps to it. */
export function QuoteLine(props: MessagePlace) {
  const { session, jumpToMessage } = useShell();
  const quoted = () => session.history.findQuoted(props.chat, props.seq);
  createEffect(() => {
    if (!quoted()) session.history.ensureQuoted(props.chat, props.seq);
  });
  return (
    <button
      type="button"
      class="quote"
      title={t().toQuoted}
      onClick={() => jumpToMessage({ chat: props.chat, seq: props.seq })}
    >
      <Show when={quoted()} fallback={t().earlierMessage}>
        {(message) => <Quote message={message()} />}
      </Show>
    </button>
  );
}

/** The author of a message and an excerpt of it. */
export function Quote(props: { message: Message }) {
  const { session } = useShell();
  const isHidden = () => {
    const kind = session.state.rooms[props.message.chat]?.chat.kind;
    return kind !== "direct" && session.state.blocks[props.message.sender] !== undefined;
  };
  const text = () => {
    if (isHidden()) return "…";
    return props.message.deletedAt ? t().deleted : excerpt(props.message.body);
  };
  return (
    <>
      <b dir="auto">{personName(session, props.message.sender)}</b> <span dir="auto">{text()}</span>
    </>
  );
}
