export interface Ordered<Event> {
  /** What comes next, ascending and without holes. */
  ready: Event[];
  /** What came too early: something before it is missing. */
  ahead: Event[];
}

/** More than this ahead is dropped again: asking anew for what is missing brings it back. */
const MAX_AHEAD = 1_000;

/** Puts events in their one order: what was applied already (up to `seq`) falls out, doubles too. */
export function orderEvents<Event extends { seq: number }>(
  seq: number,
  ahead: readonly Event[],
  arrived: readonly Event[],
): Ordered<Event> {
  const bySeq = new Map<number, Event>();
  for (const event of [...ahead, ...arrived]) if (event.seq > seq) bySeq.set(event.seq, event);
  const sorted = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  const firstHole = sorted.findIndex((event, index) => event.seq !== seq + 1 + index);
  if (firstHole < 0) return { ready: sorted, ahead: [] };
  return {
    ready: sorted.slice(0, firstHole),
    ahead: sorted.slice(firstHole, firstHole + MAX_AHEAD),
  };
}
