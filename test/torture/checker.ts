import type { ChatEvent } from "@parley/contracts/events";
import { type Change, isDone } from "./changer.ts";

/** What one reader heard. */
export interface Hearing {
  /** In the order it came. */
  readonly events: readonly ChatEvent[];
  /** Places that are no messages, and that a `reset` spared the reader. */
  readonly spared: ReadonlySet<number>;
}

/** What a run left behind: who was told what, who heard what, and what is stored. */
export interface Evidence {
  /** The place in the sequence that each `clientId` was acknowledged with; a retry may be acknowledged again. */
  readonly acknowledged: ReadonlyMap<string, ReadonlySet<number>>;
  /** The changes that were acknowledged. */
  readonly changes: readonly Change[];
  /** By reader. */
  readonly heard: ReadonlyMap<string, Hearing>;
  /** The whole chat, read again when all was calm, messages as they are in the end. */
  readonly stored: readonly ChatEvent[];
}

export interface Verdict {
  /** Messages and changes. */
  readonly acknowledged: number;
  readonly stored: number;
  /** Messages acknowledged and not stored at their place, and changes acknowledged and not done. */
  readonly lost: number;
  /** Stored more than once, or acknowledged with two places. */
  readonly doubled: number;
  /** Heard by some reader out of the order of the sequence, or otherwise than it is stored. */
  readonly reordered: number;
  /** Places of the sequence that are stored nowhere, or that some reader never heard. */
  readonly holes: number;
}

/** Weighs the evidence in the manner of Jepsen's total-queue checker. */
export function check({ acknowledged, changes, heard, stored }: Evidence): Verdict {
  const messages = stored.flatMap((event) => (event.kind === "message" ? [event.message] : []));
  const places = Map.groupBy(messages, ({ clientId }) => clientId);
  const bySeq = new Map(messages.map((message) => [message.seq, message]));
  const acks = [...acknowledged];
  const isStoredAt = (id: string, seq: number) => places.get(id)?.some((held) => held.seq === seq);
  const hearings = [...heard.values()];
  const length = Math.max(0, ...stored.map(({ seq }) => seq));
  const known = { events: stored, spared: sparedByAll(hearings) };
  return {
    acknowledged: acks.length + changes.length,
    stored: stored.length,
    lost:
      acks.filter(([id, seqs]) => ![...seqs].every((seq) => isStoredAt(id, seq))).length +
      changes.filter((change) => !isDone(change, bySeq.get(change.seq))).length,
    doubled:
      acks.filter(([, seqs]) => seqs.size > 1).length +
      [...places.values()].filter((held) => held.length > 1).length,
    reordered: sum(hearings.map(({ events }) => misplaced(events, stored))),
    holes: sum([known, ...hearings].map((hearing) => holesIn(hearing, length))),
  };
}

/** What nobody was told of, and history does not hold: nothing more can be known of it. */
function sparedByAll(hearings: readonly Hearing[]): ReadonlySet<number> {
  const [first, ...others] = hearings.map(({ spared }) => spared);
  return others.reduce((all, spared) => all.intersection(spared), first ?? new Set());
}

/** Events that came after a later one for the first time, or that differ from what is stored. */
function misplaced(events: readonly ChatEvent[], stored: readonly ChatEvent[]): number {
  const bySeq = new Map(stored.map((event) => [event.seq, essence(event)]));
  const known = new Set<number>();
  let [last, count] = [0, 0];
  for (const event of events) {
    if (bySeq.get(event.seq) !== essence(event)) count++;
    if (!known.has(event.seq) && event.seq < last) count++;
    known.add(event.seq);
    last = Math.max(last, event.seq);
  }
  return count;
}

/** What of an event stays as it is, whatever happens to its message afterwards. */
function essence(event: ChatEvent): string {
  const { seq, kind, at, by } = event;
  const own = kind === "message" ? event.message.clientId : "target" in event ? event.target : null;
  return JSON.stringify([seq, kind, at, by, own]);
}

function holesIn({ events, spared }: Hearing, length: number): number {
  const known = new Set(events.map(({ seq }) => seq)).union(spared);
  return Array.from({ length }, (_, n) => n + 1).filter((seq) => !known.has(seq)).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
