import type { Chat } from "@parley/contracts/chats";
import { LIMITS } from "@parley/contracts/limits";
import { createEffect, createMemo, on, onMount, Show } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { chatTitle } from "../chat-list/chat-name.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Quote } from "../room/quote-line.tsx";
import { Icon } from "../ui/icon.tsx";
import { ProblemLine } from "../ui/problem-line.tsx";
import { createComposerState } from "./composer-state.ts";
import "./composer.css";

/** With fewer code points left than this, the composer shows their number. */
const WARN_BELOW = 200;

/** Writes, replies and edits; drafts survive a reload. */
export function Composer(props: { chat: Chat }) {
  const { session } = useShell();
  let textarea!: HTMLTextAreaElement;
  const composer = createComposerState(props);
  const { text, mode, target } = composer;
  const left = createMemo(() => LIMITS.body.max - [...text().trim()].length);
  const canSend = () => left() >= 0 && (text().trim() !== "" || mode().kind === "edit");
  const placeholder = () => t().messagePlace(chatTitle(session, props.chat));

  function send(): void {
    if (canSend()) composer.submit();
    textarea.focus();
  }

  function pressed(event: KeyboardEvent): void {
    // During IME composition, keys belong to the input method.
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) send();
    else if (event.key === "Escape" && mode().kind !== "new") composer.cancel();
    else if (event.key !== "ArrowUp" || !mayEditLast(event) || !composer.editLast()) return;
    event.preventDefault();
  }

  const mayEditLast = (event: KeyboardEvent) =>
    text() === "" && mode().kind === "new" && !event.shiftKey && !event.altKey;

  createEffect(on(text, () => grow(textarea)));
  createEffect(on(mode, () => focusEnd(textarea), { defer: true }));
  onMount(() => {
    // On a phone, the focus would open the keyboard over the messages.
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
      <Show when={mode().kind !== "new"}>
        <div class="composer-about">
          <Icon name={mode().kind === "edit" ? "edit" : "reply"} />
          <p>
            <Show when={mode().kind === "reply"} fallback={t().editing}>
              {t().replyingTo}{" "}
              <Show when={target()}>{(message) => <Quote message={message()} />}</Show>
            </Show>
          </p>
          <button
            type="button"
            class="icon-button"
            aria-label={t().cancel}
            title={t().cancel}
            onClick={() => composer.cancel()}
          >
            <Icon name="close" />
          </button>
        </div>
      </Show>
      <ProblemLine text={composer.attempt.problem()} />
      <div class="composer-line">
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
          // With “auto”, an empty field would keep the direction of its last text.
          dir={text() === "" ? undefined : "auto"}
          enterkeyhint="send"
          aria-label={t().message}
          placeholder={placeholder()}
          value={text()}
          onInput={(event) => composer.type(event.currentTarget.value)}
          onKeyDown={pressed}
        />
        <Show when={left() < WARN_BELOW}>
          <span class="left" classList={{ over: left() < 0 }} aria-live="polite">
            {left() < 0 ? t().tooLong(-left()) : t().leftCharacters(left())}
          </span>
        </Show>
        <button
          type="submit"
          class="button primary send"
          disabled={!canSend()}
          aria-busy={composer.attempt.busy()}
        >
          <span>{mode().kind === "edit" ? t().save : t().send}</span>
          <Icon name={mode().kind === "edit" ? "check" : "up"} />
        </button>
      </div>
    </form>
  );
}

function focusEnd(textarea: HTMLTextAreaElement): void {
  textarea.focus();
  textarea.setSelectionRange(textarea.value.length, textarea.value.length);
}

function grow(textarea: HTMLTextAreaElement): void {
  textarea.style.height = "auto";
  textarea.style.height = `${textarea.scrollHeight}px`;
}
