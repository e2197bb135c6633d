import { shownMessages, showsBeginning } from "./message-window.ts";
import type { Room } from "./room.ts";

/**
 * The first message that is new to somebody, above which “New” stands.
 *
 * Null as well while it is not here: the first of those that happen to be here is not it.
 */
export function firstNew(room: Room, me: string | undefined): number | null {
  const { newAfter } = room;
  const messages = shownMessages(room);
  const reachesBack = showsBeginning(room) || (messages[0]?.seq ?? 0) <= (newAfter ?? 0) + 1;
  if (newAfter === null || !reachesBack) return null;
  return messages.find(({ seq, sender }) => seq > newAfter && sender !== me)?.seq ?? null;
}
