import { type ChatEvent, isKnownEvent, type ReceivedEvent } from "@parley/contracts/events";
import type { Message } from "@parley/contracts/messages";
import { kindOf } from "./event-kinds.ts";
import type { Room } from "./room.ts";
import { type Reader, totals } from "./unread.ts";

/** Applies the next event of the chat's sequence. An event of an unknown kind only moves the `seq`. */
export function applyEvent(room: Room, event: ReceivedEvent, reader: Reader): Room {
  const { seq } = event;
  const chat = { ...room.chat, lastSeq: Math.max(room.chat.lastSeq, seq) };
  const next = { ...room, seq, chat };
  if (!isKnownEvent(event)) return next;
  const edited = editRoom(count(next, event, reader), event, reader.id);
  return kindOf(event).change?.(edited, event, reader) ?? edited;
}

function count(room: Room, event: ChatEvent, reader: Reader): Room {
  if (event.seq <= room.counts.at) return room;
  const counts = kindOf(event).count?.(room.counts, event, room.chat.readSeq, reader);
  return counts ? { ...room, counts, chat: { ...room.chat, ...totals(counts) } } : room;
}

function editRoom(room: Room, event: ChatEvent, me: string): Room {
  if (!kindOf(event).edit) return room;
  const { chat, detached } = room;
  const edit = (messages: Message[]) => editMessages(messages, event, me);
  return {
    ...room,
    messages: edit(room.messages),
    detached: detached && { ...detached, messages: edit(detached.messages) },
    quoted: edit(room.quoted),
    chat: { ...chat, lastMessage: edit(chat.lastMessage ? [chat.lastMessage] : [])[0] ?? null },
  };
}

/** Applies an edit, a deletion or a reaction to its message, if `messages` has it. */
function editMessages(messages: Message[], event: ChatEvent, me: string): Message[] {
  const target = "target" in event ? event.target : null;
  const index = messages.findIndex(({ seq }) => seq === target);
  const message = messages[index];
  // A deletion is final.
  if (!message || message.deletedAt) return messages;
  return messages.with(index, kindOf(event).edit?.(message, event, me) ?? message);
}

/** Applies those events to a fetched page that do no harm if the page already includes them. */
export function updatePage(
  messages: Message[],
  events: readonly ChatEvent[],
  me: string,
): Message[] {
  return events
    .filter((event) => kindOf(event).isIdempotent?.(event) ?? true)
    .reduce((now, event) => editMessages(now, event, me), messages);
}
