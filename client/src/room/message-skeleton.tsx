import { For } from "solid-js";
import "./message-skeleton.css";

/** Placeholder shapes of messages that are being loaded. */
export function MessageSkeleton() {
  return (
    <div class="skeleton messages" aria-hidden="true">
      <For each={[70, 45, 85, 60]}>
        {(width) => (
          <div class="skeleton-message">
            <i class="block" />
            <i class="bar w30" />
            <i class={`bar w${width}`} />
          </div>
        )}
      </For>
    </div>
  );
}
