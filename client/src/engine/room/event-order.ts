export interface Ordered<Event> {
  /** The next events, ascending and without holes. */
  ready: Event[];
  /** Events after a hole: an event before them is missing. */
  ahead: Event[];
}

/** Further events are dropped, because the replay of the missing events includes them. */
const MAX_AHEAD = 1_000;

/** Sorts events by `seq`, without duplicates and without those up to `seq`, which were applied. */
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
