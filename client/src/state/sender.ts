import type { ErrorCode } from "@parley/contracts/errors";
import type { ClientFrame } from "@parley/contracts/frames";
import type { Message } from "@parley/contracts/messages";
import type { AppStore } from "./app-state.ts";
import { clientId } from "./client-id.ts";
import type { Keep } from "./keep.ts";
import * as outbox from "./outbox.ts";

export type Sender = ReturnType<typeof createSender>;

interface SenderDeps {
  store: AppStore;
  keep: Keep;
  send: (frame: ClientFrame) => boolean;
  /** Milliseconds since the epoch. */
  now: () => number;
}

type Outbox = readonly outbox.Outgoing[];

/** Sends what people wrote, in order, until it is answered; a reload does not lose it. */
export function createSender({ store: { state, setState }, keep, send, now }: SenderDeps) {
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Takes up what an earlier visit left unsent. */
  function restore(): void {
    const left = keep.entries().flatMap(([, text]) => parse(text));
    left.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    setState("outbox", outbox.ground(left));
  }

  function write(chat: string, body: string): void {
    const createdAt = new Date(now()).toISOString();
    change(outbox.enqueue(state.outbox, { clientId: clientId(), chat, body, createdAt }));
    pump();
  }

  /** A (new) session: whatever has no answer goes out again, under the same `clientId`. */
  function begin(): void {
    change(outbox.ground(state.outbox));
    pump();
  }

  function acknowledged(id: string, chat: string, seq: number): void {
    change(outbox.acknowledge(state.outbox, id, seq));
    settle(chat, state.rooms[chat]?.seq ?? 0, []);
    pump();
  }

  function refused(id: string, answer: { code: ErrorCode; retryAfter?: number | undefined }): void {
    change(outbox.refuse(state.outbox, id, answer, now()));
    pump();
  }

  function retry(id: string): void {
    change(outbox.retry(state.outbox, id));
    pump();
  }

  function discard(id: string): void {
    change(outbox.discard(state.outbox, id));
  }

  function settle(chat: string, seq: number, arrived: readonly Message[]): void {
    change(outbox.settle(state.outbox, chat, seq, arrived));
    pump();
  }

  /** Sends what is due, and comes back when the next is. */
  function pump(): void {
    clearTimeout(timer);
    for (const { clientId, chat, body } of outbox.due(state.outbox, now())) {
      if (!send({ type: "send", clientId, chat, body })) return;
      change(outbox.launch(state.outbox, clientId, now()));
    }
    const wake = outbox.nextWake(state.outbox);
    if (wake !== null) timer = setTimeout(pump, Math.max(0, wake - now()));
  }

  function change(next: Outbox): void {
    const before = state.outbox;
    if (next === before) return;
    save(before, next);
    setState("outbox", next);
  }

  function save(before: Outbox, next: Outbox): void {
    const left = new Set(next.map((outgoing) => outgoing.clientId));
    for (const { clientId } of before) if (!left.has(clientId)) keep.delete(clientId);
    for (const outgoing of next) {
      if (!before.includes(outgoing)) keep.set(outgoing.clientId, JSON.stringify(outgoing));
    }
  }

  function stop(): void {
    clearTimeout(timer);
  }

  return { restore, write, begin, acknowledged, refused, retry, discard, settle, stop };
}

function parse(text: string): outbox.Outgoing[] {
  try {
    return [JSON.parse(text) as outbox.Outgoing];
  } catch {
    return [];
  }
}
