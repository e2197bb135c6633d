import type { ErrorCode } from "@parley/contracts/errors";
import type { ClientFrame } from "@parley/contracts/frames";
import type { Message } from "@parley/contracts/messages";
import type { AppStore } from "./app-state.ts";
import { clientId } from "./client-id.ts";
import * as outbox from "./outbox.ts";
import { createOutboxJournal } from "./outbox-journal.ts";
import type { Kept, OutboxKeep, Tab } from "./outbox-keep.ts";

export type Sender = ReturnType<typeof createSender>;

interface SenderDeps {
  store: AppStore;
  storage: Storage | null;
  keep: OutboxKeep;
  tab: Tab;
  send: (frame: ClientFrame) => boolean;
  /** Milliseconds, never going back. */
  now: () => number;
  /** Milliseconds since the epoch, as this device has it. */
  wallClock: () => number;
}

/** Milliseconds to wait for what the device is asked: some browsers have answered never. */
const DEVICE_PATIENCE = 2_000;

/** What a person wrote: for a chat, perhaps as a reply. */
export type Written = Pick<outbox.NewMessage, "chat" | "body" | "replyTo">;

/** Sends what people wrote, in order, until it is answered; a reload does not lose it. */
export function createSender({ store, storage, keep, tab, send, now, wallClock }: SenderDeps) {
  const { state, setState, me } = store;
  const journal = createOutboxJournal(storage, () => me()?.id);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasRestored = false;

  /** Takes up what an earlier visit, or a tab that is no more, left unsent. */
  async function restore(): Promise<void> {
    const user = me()?.id;
    const alive = await inTime(tab.alive());
    // Where tabs can't be told apart, all is taken once: a message sent twice is stored once.
    if (user === undefined || (alive === null && hasRestored)) return;
    hasRestored = true;
    const claimed = keep.claim(user, tab.id, alive ?? new Set());
    const known = await inTime(claimed);
    const journaled = journal.orphans(alive ?? new Set());
    for (const kept of journaled) save(kept.message, kept.failed);
    // Together: what was written first goes out first, wherever it was kept.
    adopt([...(known ?? []), ...journaled]);
    if (!known) void claimed.then(adopt);
  }

  function adopt(kept: readonly Kept[]): void {
    if (kept.length === 0) return;
    const left = kept.map(({ message, failed }) => outbox.left(message, failed, now()));
    setState("outbox", outbox.adopt(state.outbox, left));
    pump();
  }

  function write(written: Written): void {
    const createdAt = outbox.nextMoment(state.outbox, wallClock());
    const message = { ...written, clientId: clientId(), createdAt };
    setState("outbox", outbox.enqueue(state.outbox, message, now()));
    save(message, null);
    pump();
  }

  /** It needs to be kept no longer. */
  function forget(id: string): void {
    journal.delete(id);
    void keep.delete(id);
  }

  /** A (new) session: whatever has no answer goes out again, under the same `clientId`. */
  function begin(): void {
    setState("outbox", outbox.ground(state.outbox));
    pump();
    void restore();
  }

  function acknowledged(id: string, chat: string, seq: number): void {
    setState("outbox", outbox.acknowledge(state.outbox, id, seq));
    forget(id);
    settle(chat, state.rooms[chat]?.seq ?? 0, []);
  }

  function refused(id: string, answer: { code: ErrorCode; retryAfter?: number | undefined }): void {
    setState("outbox", outbox.refuse(state.outbox, id, answer, now()));
    saveState(id);
    pump();
  }

  function retry(id: string): void {
    setState("outbox", outbox.retry(state.outbox, id, now()));
    saveState(id);
    pump();
  }

  function discard(id: string): void {
    setState("outbox", outbox.discard(state.outbox, id));
    forget(id);
    pump();
  }

  function settle(chat: string, seq: number, arrived: readonly Message[]): void {
    const before = state.outbox;
    const next = outbox.settle(before, chat, seq, arrived);
    if (next !== before) {
      const left = new Set(next);
      for (const one of before) if (!left.has(one)) forget(one.clientId);
      setState("outbox", next);
    }
    pump();
  }

  /** Sends what is due, and comes back when the next is. */
  function pump(): void {
    clearTimeout(timer);
    for (const { clientId, chat, body, replyTo } of outbox.due(state.outbox, now())) {
      const reply = replyTo !== null && { replyTo };
      if (!send({ type: "send", clientId, chat, body, ...reply })) return;
      setState("outbox", outbox.launch(state.outbox, clientId, now()));
    }
    const wake = outbox.nextWake(state.outbox);
    if (wake !== null) timer = setTimeout(pump, Math.max(0, wake - now()));
  }

  function saveState(id: string): void {
    const outgoing = state.outbox.find((one) => one.clientId === id);
    if (!outgoing) return;
    save(outbox.bare(outgoing), outgoing.status === "failed" ? outgoing.code : null);
  }

  function save(message: outbox.NewMessage, failed: ErrorCode | null): void {
    const user = me()?.id;
    if (user === undefined) return;
    const kept = { message, user, tab: tab.id, failed };
    journal.put(kept);
    void keep.put(kept).then((isKept) => isKept && journal.delete(message.clientId));
  }

  /** Signing out leaves nothing on the device. */
  async function clear(): Promise<void> {
    const user = me()?.id;
    if (user === undefined) return;
    journal.clear();
    await inTime(keep.clear(user));
  }

  function stop(): void {
    clearTimeout(timer);
  }

  return { restore, write, begin, acknowledged, refused, retry, discard, settle, clear, stop };
}

function inTime<T>(answer: Promise<T>): Promise<T | null> {
  const pause = new Promise<null>((resolve) => setTimeout(resolve, DEVICE_PATIENCE, null));
  return Promise.race([answer, pause]);
}
