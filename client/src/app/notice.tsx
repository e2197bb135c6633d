import { createSignal, onCleanup, Show } from "solid-js";
import "./notice.css";

const SHOWN_FOR = 5_000;

/** A line that says what went wrong with something small, and goes by itself. */
export function createNotice() {
  const [text, setText] = createSignal<string | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  function notify(words: string): void {
    clearTimeout(timer);
    setText(words);
    timer = setTimeout(() => setText(null), SHOWN_FOR);
  }

  return { text, notify };
}

export function Notice(props: { text: string | null }) {
  return (
    <div class="notice-place" role="status">
      <Show when={props.text}>
        <p class="notice">{props.text}</p>
      </Show>
    </div>
  );
}
