import type { User } from "@parley/contracts/users";
import { chatWords as t } from "../i18n/chat-words.ts";
import { moment } from "../i18n/time.ts";

/** Online, when last seen, or nothing where that is not for this reader to know. */
export function presenceText(user: User | undefined): string {
  if (!user) return "";
  if (user.online) return t().online;
  return user.lastSeenAt ? t().lastSeen(moment(user.lastSeenAt, Date.now())) : t().offline;
}
