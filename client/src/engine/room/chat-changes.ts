import type { Chat } from "@parley/contracts/chats";
import type { ChatEvent } from "@parley/contracts/events";
import type { Room } from "./room.ts";
import type { Reader } from "./unread.ts";

type EventOf<Kind extends ChatEvent["kind"]> = Extract<ChatEvent, { kind: Kind }>;

/** Applies a new name, topic or visibility. */
export function applyMetadata(room: Room, event: EventOf<"chat">): Room {
  const { name, topic, visibility } = event;
  return changeChat(room, event.seq, (chat) => ({ ...chat, name, topic, visibility }));
}

/** Counts the members, and applies the reader's own role. */
export function applyMembership(room: Room, event: EventOf<"member">, reader: Reader): Room {
  const { user, role } = event;
  const step = STEPS[event.action] ?? 0;
  const isOwn = user.id === reader.id && step >= 0;
  return changeChat(room, event.seq, (chat) => ({
    ...chat,
    members: Math.max(0, chat.members + step),
    role: isOwn ? role : chat.role,
  }));
}

const STEPS: Partial<Record<EventOf<"member">["action"], number>> = {
  joined: 1,
  left: -1,
  removed: -1,
};

/** Changes the chat, unless the server described it after this event. */
function changeChat(room: Room, seq: number, change: (chat: Chat) => Chat): Room {
  return seq > room.syncedSeq ? { ...room, chat: change(room.chat) } : room;
}
