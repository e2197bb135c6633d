import type { Room } from "./room.ts";

export type UnreadBadge = { kind: "none" } | { kind: "some" } | { kind: "count"; count: number };

/** The badge of a chat in the list. Only direct messages and mentions have a number; requests have no badge. */
export function unreadBadge({ chat }: Room): UnreadBadge {
  if (chat.request) return { kind: "none" };
  const count = chat.kind === "direct" ? chat.unread : chat.mentions;
  if (count > 0) return { kind: "count", count };
  return chat.unread > 0 ? { kind: "some" } : { kind: "none" };
}

/** The number of unread direct messages and mentions in all chats, but for the one that the user watches. */
export function unreadTotal(
  rooms: Readonly<Record<string, Room>>,
  isWatched: (chat: string) => boolean,
): number {
  return Object.values(rooms).reduce((sum, room) => {
    if (isWatched(room.chat.id)) return sum;
    const badge = unreadBadge(room);
    return badge.kind === "count" ? sum + badge.count : sum;
  }, 0);
}

/** The text of a badge, at most four characters. The server counts up to 1,000. */
export const badgeText = (count: number) => (count > 999 ? "999+" : String(count));
