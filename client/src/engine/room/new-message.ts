import type { Message } from "@parley/contracts/messages";
import { addMessage } from "./message-window.ts";
import type { Room } from "./room.ts";
import { isUnread, type Reader } from "./unread.ts";

/**
 * The message without reactions, as it was sent: a replayed event may have later reactions, whose own
 * events follow.
 */
export function asSent(message: Message): Message {
  return message.reactions.length > 0 ? { ...message, reactions: [] } : message;
}

/** Adds a new message to a room, and places the “New” divider if the reader does not see the message. */
export function addNewMessage(room: Room, message: Message, reader: Reader): Room {
  const { chat } = room;
  const isUnseen = isUnread(message, chat.readSeq, reader) && !reader.watches(chat.id);
  const isLast = (chat.lastMessage?.seq ?? 0) < message.seq;
  return {
    ...room,
    messages: room.history === "unloaded" ? room.messages : addMessage(room.messages, message),
    dividerAfter: isUnseen ? dividerBefore(room, message.seq) : room.dividerAfter,
    chat: isLast ? { ...chat, lastMessage: message } : chat,
  };
}

/** The divider stays above the first unread message, and stands above this one if it is the first. */
function dividerBefore({ chat, dividerAfter }: Room, seq: number): number {
  const isFirst = chat.unread <= 1;
  return isFirst ? seq - 1 : (dividerAfter ?? chat.readSeq);
}
