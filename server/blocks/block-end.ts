import type { BlockCreation } from "@parley/contracts/blocks";

/** @returns when a requested block ends: null for a permanent block, `past` for a time that is not in the future. */
export function blockEnd(
  { expiresAt, seconds }: Pick<BlockCreation, "expiresAt" | "seconds">,
  now: Date,
): Date | null | "past" {
  if (seconds !== undefined) return new Date(now.getTime() + Math.ceil(seconds * 1000));
  if (expiresAt == null) return null;
  const end = new Date(expiresAt);
  return end > now ? end : "past";
}
