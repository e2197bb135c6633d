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

/** With fewer characters left than this, the composer says how many. */
const WARN_BELOW = 200;

/** Where one writes; the words are kept until they are sent, whatever happens to the page. */
export function Composer(props: { chat: Chat }) {
  const { session } = useShell();
  let textarea!: HTMLTextAreaElement;
  const composing = createComposerState(props);
  const { text, mode, about } = composing;
  const left = createMemo(() => LIMITS.body.max - [...text().trim()].length);
  const canSend = () => left() >= 0 && (text().trim() !== "" || mode().kind === "edit");
  const place = () => t().messagePlace(chatTitle(session, props.chat));

  function send(): void {
    if (canSend()) composing.submit();
    textarea.focus();
  }

  function pressed(event: KeyboardEvent): void {
    // While an input method composes, its keys choose words.
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) send();
    else if (event.key === "Escape" && mode().kind !== "new") composing.cancel();
    else if (event.key !== "ArrowUp" || !mayEditLast(event) || !composing.editLast()) return;
    event.preventDefault();
  }

  const mayEditLast = (event: KeyboardEvent) =>
    text() === "" && mode().kind === "new" && !event.shiftKey && !event.altKey;

  createEffect(on(text, () => grow(textarea)));
  createEffect(on(mode, () => focusEnd(textarea), { defer: true }));
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
      <Show when={mode().kind !== "new"}>
        <div class="composer-about">
          <Icon name={mode().kind === "edit" ? "edit" : "reply"} />
          <p>
            <Show when={mode().kind === "reply"} fallback={t().editing}>
              {t().replyingTo}{" "}
              <Show when={about()}>{(message) => <Quote message={message()} />}</Show>
            </Show>
          </p>
          <button
            type="button"
            class="icon-button"
            aria-label={t().cancel}
            title={t().cancel}
            onClick={() => composing.cancel()}
          >
            <Icon name="close" />
          </button>
        </div>
      </Show>
      <ProblemLine text={composing.attempt.problem()} />
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
          // An empty one would keep the direction of what stood in it.
          dir={text() === "" ? undefined : "auto"}
          enterkeyhint="send"
          aria-label={t().message}
          placeholder={place()}
          value={text()}
          onInput={(event) => composing.type(event.currentTarget.value)}
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
          aria-busy={composing.attempt.busy()}
        >
          <span>{mode().kind === "edit" ? t().save : t().send}</span>
          <Icon name={mode().kind === "edit" ? "check" : "send"} />
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
