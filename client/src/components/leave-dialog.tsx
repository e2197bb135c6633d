import { chatWords as t } from "../i18n/chat-words.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { useShell } from "./shell.tsx";

/** Asked before one leaves a chat: into many of them nobody comes back by themselves. */
export function LeaveDialog(props: { chat: string }) {
  const { session, show, go } = useShell();
  const chat = () => session.state.rooms[props.chat]?.chat;
  const isOpen = () => chat()?.kind === "channel" && chat()?.visibility === "public";

  async function leave(): Promise<void> {
    await session.leaveChat(props.chat);
    show(null);
    go(null);
  }

  return (
    <ConfirmDialog title={t().leaveTitle(chat()?.name ?? "")} action={t().leave} run={leave}>
      <p class="soft">{isOpen() ? t().leaveOpenHint : t().leaveClosedHint}</p>
    </ConfirmDialog>
  );
}
