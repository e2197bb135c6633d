import type { Block } from "@parley/contracts/blocks";
import { chatWords as t } from "../i18n/chat-words.ts";
import { moment, timeOfDay } from "../i18n/time.ts";

const TWO_MINUTES_MS = 120_000;
const DAY_MS = 86_400_000;

/** How long a block lasts: a number of seconds below two minutes, a time of day below a day, else a date. */
export function blockText({ createdAt, expiresAt }: Pick<Block, "createdAt" | "expiresAt">) {
  if (expiresAt === null) return t().blockedForGood;
  const length = Date.parse(expiresAt) - Date.parse(createdAt);
  if (length < TWO_MINUTES_MS)
    return t().blockedForSeconds(Math.max(1, Math.round(length / 1_000)));
  return t().blockedUntil(length < DAY_MS ? timeOfDay(expiresAt) : moment(expiresAt, Date.now()));
}
