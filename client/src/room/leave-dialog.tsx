import { useShell } from "../app/shell.tsx";
import { chatTitle } from "../chat-list/chat-name.ts";
import { chatWords as t } from "../i18n/chat-words.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

/** Asked before one leaves a chat, for into many of them nobody comes back by themselves. */
export function LeaveDialog(props: { chat: string }) {
  const { session, show, go } = useShell();
  const chat = () => session.state.rooms[props.chat]?.chat;
  const title = () => {
    const now = chat();
    return t().leaveTitle(now ? chatTitle(session, now) : "");
  };
  const hint = () => {
    if (chat()?.kind === "channel" && chat()?.visibility === "public") return t().leaveOpenHint;
    return chat()?.members === 1 ? t().leaveLastHint : t().leaveClosedHint;
  };

  async function leave(): Promise<void> {
    // First, for the page of a chat that one is not in would ask the server what it is.
    go(null);
    await session.chats.leave(props.chat);
    show(null);
  }

  return (
    <ConfirmDialog title={title()} action={t().leave} run={leave}>
      <p class="soft">{hint()}</p>
    </ConfirmDialog>
  );
}
