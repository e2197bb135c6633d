import type { ChatEvent } from "@parley/contracts/events";
import type { Message } from "@parley/contracts/messages";

type EventOf<Kind extends ChatEvent["kind"]> = Extract<ChatEvent, { kind: Kind }>;

/**
 * Replaces the body of a message, unless the message already shows a later edit: a page of history
 * may include edits whose events are still to come, and a replayed event has the current body.
 */
export function replaceBody(message: Message, { message: edited }: EventOf<"edit">): Message {
  if ((edited.editedAt ?? "") < (message.editedAt ?? "")) return message;
  // One frame serves all readers, so that its reactions do not say which are this reader's.
  return { ...edited, reactions: edited.deletedAt ? [] : message.reactions };
}

export function markDeleted(message: Message, { at }: EventOf<"delete">): Message {
  return { ...message, body: "", files: [], reactions: [], deletedAt: at };
}

/** Adds or removes a reaction. A count in the event is absolute; without one, the count moves by one. */
export function applyReaction(message: Message, event: EventOf<"reaction">, me: string): Message {
  const { emoji, added, by } = event;
  const known = message.reactions.find((reaction) => reaction.emoji === emoji);
  const isMine = by === me;
  const isApplied = isMine && (known?.mine ?? false) === added;
  const step = isApplied ? 0 : added ? 1 : -1;
  const count = event.count ?? (known?.count ?? 0) + step;
  const mine = isMine ? added : (known?.mine ?? false);
  return { ...message, reactions: withReaction(message.reactions, { emoji, count, mine }) };
}

type Reaction = Message["reactions"][number];

function withReaction(reactions: readonly Reaction[], changed: Reaction): Reaction[] {
  const index = reactions.findIndex(({ emoji }) => emoji === changed.emoji);
  if (changed.count <= 0) return reactions.filter((_, other) => other !== index);
  return index < 0 ? [...reactions, changed] : reactions.with(index, changed);
}
