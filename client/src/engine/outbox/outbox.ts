import type { ErrorCode } from "@parley/contracts/errors";
import type { Message } from "@parley/contracts/messages";

/**
 * What a message on its way has come to. `queued` goes out when its turn comes and not before
 * `notBefore`; `in_flight` waits for its answer; `stored` was acknowledged, and its event is to come.
 * From `lateAt` on it counts as not sent, though it is still tried. These times are milliseconds of
 * a clock that never goes back; `createdAt` is what the device's own clock said.
 */
export type Outgoing = Readonly<{
  clientId: string;
  chat: string;
  body: string;
  replyTo: number | null;
  createdAt: string;
}> &
  (
    | ({ status: "queued"; notBefore: number } & Attempts)
    | ({ status: "in_flight"; since: number } & Attempts)
    | { status: "stored"; seq: number }
    | { status: "failed"; code: ErrorCode }
  );

interface Attempts {
  attempts: number;
  lateAt: number;
}

type Pending = Extract<Outgoing, { status: "queued" | "in_flight" }>;

/** An answer that takes longer is asked for again, under the same `clientId`. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Who wrote is told after so long that nothing was sent yet. */
const LATE_AFTER_MS = 10_000;

const RETRIED_CODES: ReadonlySet<ErrorCode> = new Set([
  "rate_limited",
  "overloaded",
  "unavailable",
]);
const MAX_WAIT_S = 30;

export type NewMessage = Pick<Outgoing, "clientId" | "chat" | "body" | "replyTo" | "createdAt">;

export function enqueue(outbox: readonly Outgoing[], message: NewMessage, now: number): Outgoing[] {
  return [...outbox, fresh(message, now)];
}

/**
 * The `createdAt` of the next message. Later than all before it, whatever the clock says: it is what
 * tells their order once they have been kept.
 */
export function nextCreatedAt(outbox: readonly Outgoing[], wallClock: number): string {
  const last = outbox.reduce((last, one) => Math.max(last, Date.parse(one.createdAt)), 0);
  return new Date(Math.max(wallClock, last + 1)).toISOString();
}

/** Takes in what an earlier visit, or a tab that is no more, left unsent: in the order of writing. */
export function merge(outbox: readonly Outgoing[], restored: readonly Outgoing[]): Outgoing[] {
  const byId = new Map([...restored, ...outbox].map((one) => [one.clientId, one]));
  return [...byId.values()].sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** What a message is after a time in which nobody cared for it. */
export function restored(message: NewMessage, failed: ErrorCode | null, now: number): Outgoing {
  return failed ? { ...message, status: "failed", code: failed } : fresh(message, now);
}

/**
 * What may go out now. One at a time for each chat: were two in the air, a refusal of the first
 * would let the second overtake it.
 */
export function ready(outbox: readonly Outgoing[], now: number): Outgoing[] {
  return heads(outbox).filter((head) => wakesAt(head) <= now);
}

/** When {@link ready} has something new to say, or null when only an answer can change it. */
export function nextWake(outbox: readonly Outgoing[]): number | null {
  const times = heads(outbox).map(wakesAt);
  return times.length > 0 ? Math.min(...times) : null;
}

/** The first message of each chat that is neither stored nor given up. */
function heads(outbox: readonly Outgoing[]): Pending[] {
  const first = new Map<string, Pending>();
  for (const outgoing of outbox) {
    const isPending = outgoing.status === "queued" || outgoing.status === "in_flight";
    if (isPending && !first.has(outgoing.chat)) first.set(outgoing.chat, outgoing);
  }
  return [...first.values()];
}

function wakesAt(pending: Pending): number {
  return pending.status === "queued" ? pending.notBefore : pending.since + ANSWER_TIMEOUT_MS;
}

export function markSent(outbox: readonly Outgoing[], clientId: string, now: number): Outgoing[] {
  return change(outbox, clientId, (outgoing) => ({
    ...toNewMessage(outgoing),
    status: "in_flight",
    since: now,
    ...tryingOf(outgoing, now),
  }));
}

/** The connection was lost or changed hands: whatever was in the air goes out again. */
export function requeue(outbox: readonly Outgoing[]): Outgoing[] {
  return outbox.map((outgoing) =>
    outgoing.status === "in_flight"
      ? { ...toNewMessage(outgoing), status: "queued", notBefore: 0, ...trying(outgoing) }
      : outgoing,
  );
}

export function acknowledge(
  outbox: readonly Outgoing[],
  clientId: string,
  seq: number,
): Outgoing[] {
  return change(outbox, clientId, (outgoing) => ({
    ...toNewMessage(outgoing),
    status: "stored",
    seq,
  }));
}

/** @param retryAfter in seconds. */
export function refuse(
  outbox: readonly Outgoing[],
  clientId: string,
  { code, retryAfter }: { code: ErrorCode; retryAfter?: number | undefined },
  now: number,
): Outgoing[] {
  return change(outbox, clientId, (outgoing) => {
    if (!RETRIED_CODES.has(code)) return { ...toNewMessage(outgoing), status: "failed", code };
    const { attempts, lateAt } = tryingOf(outgoing, now);
    const seconds = retryAfter ?? Math.min(MAX_WAIT_S, 2 ** attempts);
    const notBefore = now + seconds * 1_000;
    return {
      ...toNewMessage(outgoing),
      status: "queued",
      notBefore,
      attempts: attempts + 1,
      lateAt,
    };
  });
}

export function retry(outbox: readonly Outgoing[], clientId: string, now: number): Outgoing[] {
  return change(outbox, clientId, (outgoing) => fresh(toNewMessage(outgoing), now));
}

export function discard(outbox: readonly Outgoing[], clientId: string): Outgoing[] {
  return outbox.filter((outgoing) => outgoing.clientId !== clientId);
}

/** Lets go of what came back as an event, or was stored before the last event that is here. */
export function settle(
  outbox: readonly Outgoing[],
  chat: string,
  seq: number,
  arrived: readonly Message[],
): readonly Outgoing[] {
  const back = new Set(arrived.map((message) => message.clientId));
  const isSettled = (outgoing: Outgoing) =>
    outgoing.chat === chat &&
    (back.has(outgoing.clientId) || (outgoing.status === "stored" && outgoing.seq <= seq));
  return outbox.some(isSettled) ? outbox.filter((outgoing) => !isSettled(outgoing)) : outbox;
}

function change(
  outbox: readonly Outgoing[],
  clientId: string,
  to: (outgoing: Outgoing) => Outgoing,
): Outgoing[] {
  return outbox.map((outgoing) => (outgoing.clientId === clientId ? to(outgoing) : outgoing));
}

export const toNewMessage = ({
  clientId,
  chat,
  body,
  replyTo,
  createdAt,
}: Outgoing): NewMessage => ({
  clientId,
  chat,
  body,
  replyTo,
  createdAt,
});

function fresh(message: NewMessage, now: number): Outgoing {
  return { ...message, status: "queued", notBefore: 0, attempts: 0, lateAt: now + LATE_AFTER_MS };
}

function tryingOf(outgoing: Outgoing, now: number): Attempts {
  return "attempts" in outgoing ? trying(outgoing) : { attempts: 0, lateAt: now + LATE_AFTER_MS };
}

const trying = ({ attempts, lateAt }: Pending): Attempts => ({ attempts, lateAt });
