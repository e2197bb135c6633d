import { createSignal, onCleanup, Show } from "solid-js";
import "./notice.css";

const SHOWN_MS = 5_000;

/** A short message at the bottom of the page that disappears after {@link SHOWN_MS}. */
export function createNotice() {
  const [text, setText] = createSignal<string | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  function notify(message: string): void {
    clearTimeout(timer);
    setText(message);
    timer = setTimeout(() => setText(null), SHOWN_MS);
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
