import type { Message } from "@parley/contracts/messages";
import { shownMessages } from "./message-window.ts";
import { reachesBackTo } from "./read-mark.ts";
import type { Room } from "./room.ts";

/**
 * The `seq` of the first message that is new to `me`: the “New” divider stands above it. Null if there is
 * none, and also if it is not loaded, because the first loaded message may be a later one.
 */
export function firstUnread(room: Room, me: string | undefined): number | null {
  const { dividerAfter } = room;
  if (dividerAfter === null || !reachesBackTo(room, dividerAfter)) return null;
  const isNew = ({ seq, sender, deletedAt }: Message) =>
    seq > dividerAfter && sender !== me && !deletedAt;
  return shownMessages(room).find(isNew)?.seq ?? null;
}
