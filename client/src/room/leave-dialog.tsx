import { useShell } from "../app/shell.tsx";
import { chatTitle } from "../chat-list/chat-name.ts";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

/** Asked before one leaves a chat, for into many of them nobody comes back by themselves. */
export function LeaveDialog(props: { chat: string }) {
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
    // First, for the page of a chat that one is not in would ask the server what it is.
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
