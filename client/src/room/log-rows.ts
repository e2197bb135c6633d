import type { Message } from "@parley/contracts/messages";
import { createMemo } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { firstUnread } from "../engine/room/first-unread.ts";
import { shownMessages } from "../engine/room/message-window.ts";
import type { Room } from "../engine/room/room.ts";

export type LogRows = ReturnType<typeof createLogRows>;

/** The rows of a room's log: loaded messages, keyed by their number, then those that are being sent. */
export function createLogRows(room: () => Room) {
  const { session } = useShell();
  const messages = () => shownMessages(room());
  const bySeq = createMemo(() => new Map(messages().map((message) => [message.seq, message])));
  const seqs = createMemo(() => [...bySeq().keys()]);
  const stored = createMemo(() => new Set(messages().map(({ clientId }) => clientId)));
  /** Without those that are stored already, whose response was lost in a reload. */
  const outgoing = createMemo(() =>
    session.state.outbox.filter(
      ({ chat, clientId }) => chat === room().chat.id && !stored().has(clientId),
    ),
  );
  const firstUnreadSeq = createMemo(() => firstUnread(room(), session.me()?.id));

  /** The message of a row, which keeps its element, and the focus within it, while the message changes. */
  const createMessage = (seq: number) =>
    createMemo<Message | undefined>((last) => bySeq().get(seq) ?? last);

  return { messages, seqs, outgoing, firstUnreadSeq, createMessage };
}
