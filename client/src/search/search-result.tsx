import { createMemo, For, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatTitle } from "../chat-list/chat-name.ts";
import { moment } from "../i18n/time.ts";
import { Avatar } from "../people/avatar.tsx";
import { person, personName } from "../people/person.ts";
import { readHighlight } from "./highlight.ts";
import type { SearchHit } from "./jump-targets.ts";
import "./search-result.css";

/** A found message: its author, chat and time, and the text around the match. */
export function SearchResult(props: { hit: SearchHit; namesChat: boolean }) {
  const { session } = useShell();
  const parts = createMemo(() => readHighlight(props.hit.highlight));
  const place = () => {
    const chat = session.state.rooms[props.hit.message.chat]?.chat;
    return props.namesChat && chat ? chatTitle(session, chat) : null;
  };
  return (
    <>
      <Avatar user={person(session, props.hit.message.sender)} size="medium" />
      <span class="search-result">
        <span class="search-result-header">
          <b dir="auto">{personName(session, props.hit.message.sender)}</b>
          <Show when={place()}>{(name) => <span dir="auto">{name()}</span>}</Show>
          <time datetime={props.hit.message.createdAt}>
            {moment(props.hit.message.createdAt, Date.now())}
          </time>
        </span>
        <span class="search-result-text" dir="auto">
          <For each={parts()}>
            {(part) => (part.isMarked ? <mark>{part.text}</mark> : part.text)}
          </For>
        </span>
      </span>
    </>
  );
}
