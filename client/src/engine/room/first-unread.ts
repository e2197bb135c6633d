import { shownMessages, showsBeginning } from "./message-window.ts";
import type { Room } from "./room.ts";

/**
 * The first message that is new to somebody, above which “New” stands.
 *
 * Null as well while it is not here: the first of those that happen to be here is not it.
 */
export function firstUnread(room: Room, me: string | undefined): number | null {
  const { dividerAfter } = room;
  const messages = shownMessages(room);
  const reachesBack = showsBeginning(room) || (messages[0]?.seq ?? 0) <= (dividerAfter ?? 0) + 1;
  if (dividerAfter === null || !reachesBack) return null;
  return messages.find(({ seq, sender }) => seq > dividerAfter && sender !== me)?.seq ?? null;
}
