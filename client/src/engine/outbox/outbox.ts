import type { ErrorCode } from "@parley/contracts/errors";
import type { ChatId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";

/**
 * A message on its way to the server. `queued`: to be sent in its turn, not before `notBefore`;
 * `in_flight`: sent at `sentAt` and not answered; `stored`: acknowledged, its event is to come;
 * `failed`: refused, and not sent again without the user. From `lateAt` on it is shown as not sent,
 * although it is still tried. These times are milliseconds of a monotonic clock; `createdAt` is a time
 * of the device's clock.
 */
export type Outgoing = Readonly<{
  clientId: string;
  chat: ChatId;
  body: string;
  replyTo: number | null;
  createdAt: string;
}> &
  (
    | ({ status: "queued"; notBefore: number } & Attempts)
    | ({ status: "in_flight"; sentAt: number } & Attempts)
    | { status: "stored"; seq: number }
    | { status: "failed"; code: ErrorCode }
  );

interface Attempts {
  /** Number of refusals so far. */
  attempts: number;
  lateAt: number;
}

export type NewMessage = Pick<Outgoing, "clientId" | "chat" | "body" | "replyTo" | "createdAt">;

const LATE_AFTER_MS = 10_000;
const MAX_RETRY_AFTER_S = 30;

/** A message that is refused with one of these codes is sent again by itself. */
const RETRIED_CODES: ReadonlySet<ErrorCode> = new Set([
  "rate_limited",
  "overloaded",
  "unavailable",
]);

export function enqueue(outbox: readonly Outgoing[], message: NewMessage, now: number): Outgoing[] {
  return [...outbox, queued(message, now)];
}

/**
 * @returns the `createdAt` of the next message. It is later than those of all other messages, whatever
 * the clock says, because it is the order in which stored messages are restored.
 */
export function nextCreatedAt(outbox: readonly Outgoing[], wallClock: number): string {
  const last = outbox.reduce((last, one) => Math.max(last, Date.parse(one.createdAt)), 0);
  return new Date(Math.max(wallClock, last + 1)).toISOString();
}

/** Adds the messages that an earlier visit or a closed tab left, in the order of their writing. */
export function merge(outbox: readonly Outgoing[], restored: readonly Outgoing[]): Outgoing[] {
  const byId = new Map([...restored, ...outbox].map((one) => [one.clientId, one]));
  return [...byId.values()].sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** @param failed the code of a final refusal, if there was one. */
export function restored(message: NewMessage, failed: ErrorCode | null, now: number): Outgoing {
  return failed ? { ...message, status: "failed", code: failed } : queued(message, now);
}

export function markSent(outbox: readonly Outgoing[], clientId: string, now: number): Outgoing[] {
  return change(outbox, clientId, (outgoing) => ({
    ...toNewMessage(outgoing),
    status: "in_flight",
    sentAt: now,
    ...attemptsOf(outgoing, now),
  }));
}

/** The connection was lost or replaced: every message in flight is queued again. */
export function requeue(outbox: readonly Outgoing[]): Outgoing[] {
  return outbox.map((outgoing) => {
    if (outgoing.status !== "in_flight") return outgoing;
    const { attempts, lateAt } = outgoing;
    return { ...toNewMessage(outgoing), status: "queued", notBefore: 0, attempts, lateAt };
  });
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

/**
 * A message was refused: it fails, or it is queued again if the code allows it.
 * @param reply.retryAfter in seconds; without it, the pause doubles with each refusal.
 */
export function refuse(
  outbox: readonly Outgoing[],
  clientId: string,
  { code, retryAfter }: { code: ErrorCode; retryAfter?: number | undefined },
  now: number,
): Outgoing[] {
  return change(outbox, clientId, (outgoing) => {
    if (!RETRIED_CODES.has(code)) return { ...toNewMessage(outgoing), status: "failed", code };
    const { attempts, lateAt } = attemptsOf(outgoing, now);
    const seconds = retryAfter ?? Math.min(MAX_RETRY_AFTER_S, 2 ** attempts);
    const notBefore = now + seconds * 1_000;
    const message = toNewMessage(outgoing);
    return { ...message, status: "queued", notBefore, attempts: attempts + 1, lateAt };
  });
}

export function retry(outbox: readonly Outgoing[], clientId: string, now: number): Outgoing[] {
  return change(outbox, clientId, (outgoing) => queued(toNewMessage(outgoing), now));
}

export function discard(outbox: readonly Outgoing[], clientId: string): Outgoing[] {
  return outbox.filter((outgoing) => outgoing.clientId !== clientId);
}

/** Removes the messages whose events arrived, and those that were stored up to `seq`. */
export function settle(
  outbox: readonly Outgoing[],
  chat: ChatId,
  seq: number,
  arrived: readonly Message[],
): readonly Outgoing[] {
  const arrivedIds = new Set(arrived.map((message) => message.clientId));
  const isSettled = (outgoing: Outgoing) =>
    outgoing.chat === chat &&
    (arrivedIds.has(outgoing.clientId) || (outgoing.status === "stored" && outgoing.seq <= seq));
  return outbox.some(isSettled) ? outbox.filter((outgoing) => !isSettled(outgoing)) : outbox;
}

function change(
  outbox: readonly Outgoing[],
  clientId: string,
  to: (outgoing: Outgoing) => Outgoing,
): Outgoing[] {
  return outbox.map((outgoing) => (outgoing.clientId === clientId ? to(outgoing) : outgoing));
}

export const toNewMessage = (outgoing: Outgoing): NewMessage => {
  const { clientId, chat, body, replyTo, createdAt } = outgoing;
  return { clientId, chat, body, replyTo, createdAt };
};

function queued(message: NewMessage, now: number): Outgoing {
  return { ...message, status: "queued", notBefore: 0, attempts: 0, lateAt: now + LATE_AFTER_MS };
}

function attemptsOf(outgoing: Outgoing, now: number): Attempts {
  if (!("attempts" in outgoing)) return { attempts: 0, lateAt: now + LATE_AFTER_MS };
  const { attempts, lateAt } = outgoing;
  return { attempts, lateAt };
}
