import type { Message } from "@parley/contracts/messages";
import { isSameDay } from "../../i18n/time.ts";

/** An entry of the log: a message, or one of the outbox. */
type Entry = Pick<Message, "sender" | "createdAt" | "replyTo">;

const GROUP_WITHIN_MS = 5 * 60_000;

/** Whether a day divider stands above an entry. */
export function startsDay(previous: Entry | undefined, entry: Entry): boolean {
  return !previous || !isSameDay(Date.parse(previous.createdAt), Date.parse(entry.createdAt));
}

/** Whether an entry shows its author: a new author or day, a pause, or a reply. */
export function startsGroup(previous: Entry | undefined, entry: Entry): boolean {
  if (entry.replyTo !== null) return true;
  if (!previous || previous.sender !== entry.sender || startsDay(previous, entry)) return true;
  return Date.parse(entry.createdAt) - Date.parse(previous.createdAt) > GROUP_WITHIN_MS;
}
