import { Show } from "solid-js";
import { badgeText } from "../engine/room/unread-badge.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Icon } from "../ui/icon.tsx";
import "./floating-pill.css";
import "./newest-button.css";

/** Scrolls to the newest message; shows the number of unread messages. */
export function NewestButton(props: { unread: number; onPress: () => void }) {
  return (
    <button type="button" class="floating-pill newest-button" onClick={() => props.onPress()}>
      <Icon name="down" />
      {t().toNewest}
      <Show when={props.unread > 0}>
        <span class="badge" aria-hidden="true">
          {badgeText(props.unread)}
        </span>
        <span class="visually-hidden">{t().unread(props.unread)}</span>
      </Show>
    </button>
  );
}
