import { badgeText } from "../engine/room/unread-badge.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { Icon } from "../ui/icon.tsx";
import "./floating-pill.css";
import "./unread-bar.css";

interface UnreadBarProps {
  unread: number;
  onJump: () => void;
  onMarkRead: () => void;
}

/** Over the log: how many messages are unread, the way to the first, and a button that marks all as read. */
export function UnreadBar(props: UnreadBarProps) {
  return (
    <div class="floating-pill unread-bar">
      <button type="button" onClick={() => props.onJump()}>
        <Icon name="up" />
        <span>{t().toFirstUnread}</span>
        <span class="badge" aria-hidden="true">
          {badgeText(props.unread)}
        </span>
        <span class="visually-hidden">, {t().unread(props.unread)}</span>
      </button>
      <button type="button" class="mark-read" onClick={() => props.onMarkRead()}>
        <Icon name="check" />
        <span>{t().markRead}</span>
      </button>
    </div>
  );
}
