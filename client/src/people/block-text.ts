import type { Block } from "@parley/contracts/blocks";
import { chatWords as t } from "../i18n/chat-words.ts";
import { moment, timeOfDay } from "../i18n/time.ts";

/** In milliseconds. */
const TWO_MINUTES = 120_000;
const DAY = 86_400_000;

/** How long somebody is blocked: a time of day says nothing of seconds, and enough within a day. */
export function blockText({ createdAt, expiresAt }: Pick<Block, "createdAt" | "expiresAt">) {
  if (expiresAt === null) return t().blockedForGood;
  const length = Date.parse(expiresAt) - Date.parse(createdAt);
  if (length < TWO_MINUTES) return t().blockedForSeconds(Math.max(1, Math.round(length / 1_000)));
  return t().blockedUntil(length < DAY ? timeOfDay(expiresAt) : moment(expiresAt, Date.now()));
}
