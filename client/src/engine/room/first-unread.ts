import { shownMessages, showsBeginning } from "./message-window.ts";
import type { Room } from "./room.ts";

/**
 * The `seq` of the first message that is new to `me`: the “New” divider stands above it. Null if there is
 * none, and also if it is not loaded, because the first loaded message may be a later one.
 */
export function firstUnread(room: Room, me: string | undefined): number | null {
  const { dividerAfter } = room;
  const messages = shownMessages(room);
  const reachesBack = showsBeginning(room) || (messages[0]?.seq ?? 0) <= (dividerAfter ?? 0) + 1;
  if (dividerAfter === null || !reachesBack) return null;
  return messages.find(({ seq, sender }) => seq > dividerAfter && sender !== me)?.seq ?? null;
}
