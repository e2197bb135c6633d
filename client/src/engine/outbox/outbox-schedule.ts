import type { Outgoing } from "./outbox.ts";

type Pending = Extract<Outgoing, { status: "queued" | "in_flight" }>;

/** After this time without an answer, a message is sent again with the same `clientId`. */
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * @returns the messages to send at `now`: one of each chat at a time. If two were in flight, a refusal
 * of the first would let the second overtake it.
 */
export function ready(outbox: readonly Outgoing[], now: number): Outgoing[] {
  return heads(outbox).filter((head) => readyAt(head) <= now);
}

/** @returns when the next message becomes ready, or null if only an answer can change that. */
export function nextWake(outbox: readonly Outgoing[]): number | null {
  const times = heads(outbox).map(readyAt);
  return times.length > 0 ? Math.min(...times) : null;
}

/** The first message of each chat that is neither stored nor failed. */
function heads(outbox: readonly Outgoing[]): Pending[] {
  const first = new Map<string, Pending>();
  for (const outgoing of outbox) {
    const isPending = outgoing.status === "queued" || outgoing.status === "in_flight";
    if (isPending && !first.has(outgoing.chat)) first.set(outgoing.chat, outgoing);
  }
  return [...first.values()];
}

function readyAt(pending: Pending): number {
  return pending.status === "queued" ? pending.notBefore : pending.sentAt + ANSWER_TIMEOUT_MS;
}
