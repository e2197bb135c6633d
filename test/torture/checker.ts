import type { ChatEvent } from "@parley/contracts/events";

/** What a run left behind: who was told what, who heard what, and what is stored. */
export interface Evidence {
  /** The place in the sequence that each `clientId` was acknowledged with; a retry may be acknowledged again. */
  readonly acknowledged: ReadonlyMap<string, ReadonlySet<number>>;
  /** What each reader heard, in the order it came, by reader. */
  readonly heard: ReadonlyMap<string, readonly ChatEvent[]>;
  /** The whole chat, read again when all was calm. */
  readonly stored: readonly ChatEvent[];
}

export interface Verdict {
  readonly acknowledged: number;
  readonly stored: number;
  /** Acknowledged, and not stored at its place. */
  readonly lost: number;
  /** Stored more than once, or acknowledged with two places. */
  readonly doubled: number;
  /** Heard by some reader out of the order of the sequence, or otherwise than it is stored. */
  readonly reordered: number;
  /** Places of the sequence that are stored nowhere, or that some reader never heard. */
  readonly holes: number;
}

/** Weighs the evidence in the manner of Jepsen's total-queue checker. */
export function check({ acknowledged, heard, stored }: Evidence): Verdict {
  const places = new Map<string, number[]>();
  for (const event of stored)
    if (event.kind === "message")
      places.set(event.message.clientId, [
        ...(places.get(event.message.clientId) ?? []),
        event.seq,
      ]);
  const acks = [...acknowledged];
  return {
    acknowledged: acks.length,
    stored: stored.length,
    lost: acks.filter(([id, seqs]) => ![...seqs].every((seq) => places.get(id)?.includes(seq)))
      .length,
    doubled:
      acks.filter(([, seqs]) => seqs.size > 1).length +
      [...places.values()].filter((seqs) => seqs.length > 1).length,
    reordered: sum([...heard.values()].map((events) => misplaced(events, stored))),
    holes:
      holesIn(stored, stored.length) +
      sum([...heard.values()].map((events) => holesIn(events, stored.length))),
  };
}

/** Events that came after a later one for the first time, or that differ from what is stored. */
function misplaced(events: readonly ChatEvent[], stored: readonly ChatEvent[]): number {
  const bySeq = new Map(stored.map((event) => [event.seq, JSON.stringify(event)]));
  const known = new Set<number>();
  let [last, count] = [0, 0];
  for (const event of events) {
    if (bySeq.get(event.seq) !== JSON.stringify(event)) count++;
    if (!known.has(event.seq) && event.seq < last) count++;
    known.add(event.seq);
    last = Math.max(last, event.seq);
  }
  return count;
}

function holesIn(events: readonly ChatEvent[], length: number): number {
  const known = new Set(events.map(({ seq }) => seq));
  return Array.from({ length }, (_, n) => n + 1).filter((seq) => !known.has(seq)).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
