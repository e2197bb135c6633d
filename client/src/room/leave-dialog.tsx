import type { ChatId } from "@parley/contracts/ids";
import { useShell } from "../app/shell.tsx";
import { chatTitle } from "../chat-list/chat-name.ts";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

/** Confirms leaving a chat, because most chats can’t be joined again without an invitation. */
export function LeaveDialog(props: { chat: ChatId }) {
  const { session, show, go } = useShell();
  const chat = () => session.state.rooms[props.chat]?.chat;
  const title = () => {
    const now = chat();
    return d().leaveTitle(now ? chatTitle(session, now) : "");
  };
  const hint = () => {
    if (chat()?.kind === "channel" && chat()?.visibility === "public") return d().leaveOpenHint;
    return chat()?.members === 1 ? d().leaveLastHint : d().leaveClosedHint;
  };

  async function leave(): Promise<void> {
    // First, because the page of a chat without membership would fetch its preview.
    go(null);
    await session.chats.leave(props.chat);
    show(null);
  }

  return (
    <ConfirmDialog title={title()} action={d().leave} run={leave}>
      <p class="soft">{hint()}</p>
    </ConfirmDialog>
  );
}
