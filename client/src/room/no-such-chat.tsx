import { chatWords as t } from "../i18n/chat-words.ts";
import { Link } from "../navigation/link.tsx";
import "../ui/empty.css";

/** The sheet for a chat that does not exist, or that the user may not see. */
export function NoSuchChat() {
  return (
    <div class="empty">
      <h1>{t().noSuchChat}</h1>
      <p>{t().noSuchChatHint}</p>
      <Link href="/chat" class="button plain">
        {t().toChats}
      </Link>
    </div>
  );
}
