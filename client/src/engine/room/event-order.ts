import type { ChatEvent } from "@parley/contracts/events";

export interface Ordered {
  /** What comes next, ascending and without holes. */
  ready: ChatEvent[];
  /** What came too early: something before it is missing. */
  ahead: ChatEvent[];
}

/** More than this ahead is dropped again: asking anew for what is missing brings it back. */
const AHEAD_AT_MOST = 1_000;

/** Puts events in their one order: what was applied already (up to `seq`) falls out, doubles too. */
export function orderEvents(
  seq: number,
  ahead: readonly ChatEvent[],
  arrived: readonly ChatEvent[],
): Ordered {
  const bySeq = new Map<number, ChatEvent>();
  for (const event of [...ahead, ...arrived]) if (event.seq > seq) bySeq.set(event.seq, event);
  const sorted = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  const firstHole = sorted.findIndex((event, index) => event.seq !== seq + 1 + index);
  if (firstHole < 0) return { ready: sorted, ahead: [] };
  return {
    ready: sorted.slice(0, firstHole),
    ahead: sorted.slice(firstHole, firstHole + AHEAD_AT_MOST),
  };
}
