import type { ChatEvent } from "@parley/contracts/events";
import type { Message } from "@parley/contracts/messages";

/** What happens to a message that was said before. */
export type EditEvent = Extract<ChatEvent, { target: number }>;

export function isEditEvent(event: ChatEvent): event is EditEvent {
  return "target" in event;
}

/** Brings an edit, a deletion or a reaction to the message it is about, if that is here. */
export function applyEdit(messages: Message[], event: EditEvent, me: string): Message[] {
  const index = messages.findIndex((message) => message.seq === event.target);
  const message = messages[index];
  return message ? messages.with(index, editMessage(message, event, me)) : messages;
}

/**
 * The message after the event, which may be one that the message shows already: a page of history
 * can know of events that are still on their way, and an event read again tells of a later state.
 */
export function editMessage(message: Message, event: EditEvent, me: string): Message {
  // A deletion is for good.
  if (message.deletedAt) return message;
  switch (event.kind) {
    case "edit":
      return edited(message, event.message);
    case "delete":
      return { ...message, body: "", files: [], reactions: [], deletedAt: event.at };
    case "reaction":
      return { ...message, reactions: react(message.reactions, event, me) };
  }
}

function edited(message: Message, now: Message): Message {
  if ((now.editedAt ?? "") < (message.editedAt ?? "")) return message;
  // The frame serves all readers, so it does not know which reactions are this one's.
  return { ...now, reactions: now.deletedAt ? [] : message.reactions };
}

function react(
  reactions: Message["reactions"],
  event: Extract<EditEvent, { kind: "reaction" }>,
  me: string,
): Message["reactions"] {
  const { emoji, added, by } = event;
  const was = reactions.find((reaction) => reaction.emoji === emoji);
  const isMine = by === me;
  const isKnown = isMine && (was?.mine ?? false) === added;
  const step = isKnown ? 0 : added ? 1 : -1;
  const count = event.count ?? (was?.count ?? 0) + step;
  const mine = isMine ? added : (was?.mine ?? false);
  if (!was) return count > 0 ? [...reactions, { emoji, count, mine }] : reactions;
  if (count <= 0) return reactions.filter((reaction) => reaction !== was);
  return reactions.map((reaction) => (reaction === was ? { emoji, count, mine } : reaction));
}
