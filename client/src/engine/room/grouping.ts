import type { Message } from "@parley/contracts/messages";
import { isSameDay } from "../../i18n/time.ts";

/** What stands in the log: a message, or one on its way. */
type Entry = Pick<Message, "sender" | "createdAt" | "replyTo">;

const GROUP_WITHIN_MS = 5 * 60_000;

export function startsDay(previous: Entry | undefined, entry: Entry): boolean {
  return !previous || !isSameDay(Date.parse(previous.createdAt), Date.parse(entry.createdAt));
}

/** Whether the author is named again: another one, another day, after a while, or under a quote. */
export function startsGroup(previous: Entry | undefined, entry: Entry): boolean {
  if (entry.replyTo !== null) return true;
  if (!previous || previous.sender !== entry.sender || startsDay(previous, entry)) return true;
  return Date.parse(entry.createdAt) - Date.parse(previous.createdAt) > GROUP_WITHIN_MS;
}
