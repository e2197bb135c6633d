import type { Room } from "./room.ts";

export type UnreadBadge = { kind: "none" } | { kind: "some" } | { kind: "count"; count: number };

/** A number only for what is meant for this reader: direct messages and mentions. */
export function unreadBadge({ chat }: Room): UnreadBadge {
  const count = chat.kind === "direct" ? chat.unread : chat.mentions;
  if (count > 0) return { kind: "count", count };
  return chat.unread > 0 ? { kind: "some" } : { kind: "none" };
}

export function unreadTotal(rooms: Readonly<Record<string, Room>>): number {
  return Object.values(rooms).reduce((sum, room) => {
    const news = unreadBadge(room);
    return news.kind === "count" ? sum + news.count : sum;
  }, 0);
}

/** A number as its badge has room for it; the server counts no further than to a thousand. */
export const badgeText = (count: number) => (count > 999 ? "999+" : String(count));
