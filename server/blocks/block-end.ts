import type { BlockCreation } from "@parley/contracts/blocks";

/** When a block that is asked for ends: null for one that is for good, `past` for a time that is over. */
export function blockEnd(
  { expiresAt, seconds }: Pick<BlockCreation, "expiresAt" | "seconds">,
  now: Date,
): Date | null | "past" {
  if (seconds !== undefined) return new Date(now.getTime() + Math.ceil(seconds * 1000));
  if (expiresAt == null) return null;
  const end = new Date(expiresAt);
  return end > now ? end : "past";
}
