import type { ChatEvent } from "@parley/contracts/events";
import { type Change, isDone } from "./changer.ts";

/** The events that one reader received. */
export interface Reading {
  /** In the order of their arrival. */
  readonly events: readonly ChatEvent[];
  /** Each `seq` without a message that the reader skipped because of a `reset`. */
  readonly skipped: ReadonlySet<number>;
}

/** The acknowledged, received and stored events of a run. */
export interface Evidence {
  /** Each `seq` that a `clientId` was acknowledged with; a retry may be acknowledged again. */
  readonly acknowledged: ReadonlyMap<string, ReadonlySet<number>>;
  /** The changes that were acknowledged. */
  readonly changes: readonly Change[];
  /** By the reader's name. */
  readonly received: ReadonlyMap<string, Reading>;
  /** All events of the chat after the run, with the final state of the messages. */
  readonly stored: readonly ChatEvent[];
}

export interface Verdict {
  /** Messages and changes. */
  readonly acknowledged: number;
  readonly stored: number;
  /** Acknowledged messages that are not stored at their `seq`, and acknowledged changes that are not stored. */
  readonly lost: number;
  /** Messages stored more than once, or acknowledged with two values of `seq`. */
  readonly doubled: number;
  /** Events received out of order, or different from the stored event. */
  readonly reordered: number;
  /** Values of `seq` that are not stored, or that some reader never received. */
  readonly holes: number;
}

/** Checks the evidence like Jepsen's total-queue checker. */
export function check({ acknowledged, changes, received, stored }: Evidence): Verdict {
  const messages = stored.flatMap((event) => (event.kind === "message" ? [event.message] : []));
  const storedByClientId = Map.groupBy(messages, ({ clientId }) => clientId);
  const bySeq = new Map(messages.map((message) => [message.seq, message]));
  const acks = [...acknowledged];
  const isStoredAt = (id: string, seq: number) =>
    storedByClientId.get(id)?.some((held) => held.seq === seq);
  const readings = [...received.values()];
  const length = Math.max(0, ...stored.map(({ seq }) => seq));
  const known = { events: stored, skipped: skippedByAll(readings) };
  return {
    acknowledged: acks.length + changes.length,
    stored: stored.length,
    lost:
      acks.filter(([id, seqs]) => ![...seqs].every((seq) => isStoredAt(id, seq))).length +
      changes.filter((change) => !isDone(change, bySeq.get(change.seq))).length,
    doubled:
      acks.filter(([, seqs]) => seqs.size > 1).length +
      [...storedByClientId.values()].filter((held) => held.length > 1).length,
    reordered: sum(readings.map(({ events }) => misplaced(events, stored))),
    holes: sum([known, ...readings].map((reading) => holesIn(reading, length))),
  };
}

/** Returns each `seq` that all readers skipped and history does not contain: no evidence of it exists. */
function skippedByAll(readings: readonly Reading[]): ReadonlySet<number> {
  const [first, ...others] = readings.map(({ skipped }) => skipped);
  return others.reduce((all, skipped) => all.intersection(skipped), first ?? new Set());
}

/** Counts events that first arrived after a later event, or that differ from the stored event. */
function misplaced(events: readonly ChatEvent[], stored: readonly ChatEvent[]): number {
  const bySeq = new Map(stored.map((event) => [event.seq, immutableFields(event)]));
  const known = new Set<number>();
  let [last, count] = [0, 0];
  for (const event of events) {
    if (bySeq.get(event.seq) !== immutableFields(event)) count++;
    if (!known.has(event.seq) && event.seq < last) count++;
    known.add(event.seq);
    last = Math.max(last, event.seq);
  }
  return count;
}

/** Encodes the fields of an event that later changes of its message leave as they are. */
function immutableFields(event: ChatEvent): string {
  const { seq, kind, at, by } = event;
  const own = kind === "message" ? event.message.clientId : "target" in event ? event.target : null;
  return JSON.stringify([seq, kind, at, by, own]);
}

function holesIn({ events, skipped }: Reading, length: number): number {
  const known = new Set(events.map(({ seq }) => seq)).union(skipped);
  return Array.from({ length }, (_, n) => n + 1).filter((seq) => !known.has(seq)).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
