import type { User } from "@parley/contracts/users";
import { chatWords as t } from "../i18n/chat-words.ts";
import { moment } from "../i18n/time.ts";

/** “Online”, the time when last seen, or “Offline” if the server does not tell this user the time. */
export function presenceText(user: User | undefined): string {
  if (!user) return "";
  if (user.online) return t().online;
  return user.lastSeenAt ? t().lastSeen(moment(user.lastSeenAt, Date.now())) : t().offline;
}
