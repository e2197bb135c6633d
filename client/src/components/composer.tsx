import type { Chat } from "@parley/contracts/chats";
import { LIMITS } from "@parley/contracts/limits";
import { createEffect, createMemo, createSignal, on, onMount, Show, untrack } from "solid-js";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Icon } from "./icon.tsx";
import { chatName, useShell } from "./shell.tsx";

/** With fewer characters left than this, the composer says how many. */
const WARN_BELOW = 200;

/** Where one writes; the words are kept until they are sent, whatever happens to the page. */
export function Composer(props: { chat: Chat }) {
  const { session } = useShell();
  let textarea!: HTMLTextAreaElement;
  const [text, setText] = createSignal(untrack(() => session.drafts.get(props.chat.id) ?? ""));
  const left = createMemo(() => LIMITS.body.max - [...text().trim()].length);
  const canSend = () => text().trim() !== "" && left() >= 0;
  const place = () => {
    const name = chatName(session, props.chat);
    return t().messagePlace(props.chat.kind === "channel" ? `#${name}` : name);
  };

  function write(value: string): void {
    setText(value);
    if (value === "") session.drafts.delete(props.chat.id);
    else session.drafts.set(props.chat.id, value);
    if (value.trim() !== "") session.tellTyping(props.chat.id);
  }

  function send(): void {
    if (!canSend()) return;
    session.write(props.chat.id, text().trim());
    setText("");
    textarea.focus();
  }

  function pressed(event: KeyboardEvent): void {
    // While an input method composes, Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  }

  createEffect(on(text, () => grow(textarea)));
  onMount(() => {
    // On a phone the focus would bring the keyboard up over what one came to read.
    if (matchMedia("(pointer: fine)").matches) textarea.focus();
  });

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <button
        type="button"
        class="icon-button"
        aria-label={t().attachFile}
        title={t().attachFileLater}
        disabled
      >
        <Icon name="clip" />
      </button>
      <textarea
        ref={(element) => {
          textarea = element;
        }}
        rows="1"
        dir="auto"
        enterkeyhint="send"
        aria-label={t().message}
        placeholder={place()}
        value={text()}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <Show when={left() < WARN_BELOW}>
        <span class="left" classList={{ over: left() < 0 }} aria-live="polite">
          {left() < 0 ? t().tooLong(-left()) : t().leftCharacters(left())}
        </span>
      </Show>
      <button type="submit" class="button primary send" disabled={!canSend()}>
        <span>{t().send}</span>
        <Icon name="send" />
      </button>
    </form>
  );
}

function grow(textarea: HTMLTextAreaElement): void {
  textarea.style.height = "auto";
  textarea.style.height = `${textarea.scrollHeight}px`;
}
