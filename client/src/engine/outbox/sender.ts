import type { ErrorCode } from "@parley/contracts/errors";
import type { ClientFrame } from "@parley/contracts/frames";
import type { Message } from "@parley/contracts/messages";
import type { AppStore } from "../session/app-state.ts";
import { clientId } from "./client-id.ts";
import * as outbox from "./outbox.ts";
import type { Kept, OutboxKeep, Tab } from "./outbox-keep.ts";
import { createKeptOutbox } from "./outbox-store.ts";

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

/** What a person wrote: for a chat, perhaps as a reply. */
export type Written = Pick<outbox.NewMessage, "chat" | "body" | "replyTo">;

/** Sends what people wrote, in order, until it is answered; a reload does not lose it. */
export function createSender({ store, storage, keep, tab, send, now, wallClock }: SenderDeps) {
  const { state, setState, me } = store;
  const kept = createKeptOutbox({ storage, keep, tab, user: () => me()?.id });
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Takes up what an earlier visit, or a tab that is no more, left unsent. */
  async function restore(): Promise<void> {
    try {
      await kept.claim(adopt);
    } catch (error) {
      console.warn("what was left unsent could not be taken up:", error);
    }
  }

  function adopt(left: readonly Kept[]): void {
    if (left.length === 0) return;
    setState("outbox", outbox.merge(state.outbox, left.map(asLeft)));
    pump();
  }

  const asLeft = ({ message, failed }: Kept) => outbox.left(message, failed, now());

  function write(written: Written): void {
    const createdAt = outbox.nextCreatedAt(state.outbox, wallClock());
    const message = { ...written, clientId: clientId(), createdAt };
    setState("outbox", outbox.enqueue(state.outbox, message, now()));
    kept.put(message, null);
    pump();
  }

  /** A (new) session: whatever has no answer goes out again, under the same `clientId`. */
  function onConnected(): void {
    setState("outbox", outbox.requeue(state.outbox));
    pump();
    void restore();
  }

  function onAck(id: string, chat: string, seq: number): void {
    setState("outbox", outbox.acknowledge(state.outbox, id, seq));
    kept.forget(id);
    settle(chat, state.rooms[chat]?.seq ?? 0, []);
  }

  function onReject(
    id: string,
    answer: { code: ErrorCode; retryAfter?: number | undefined },
  ): void {
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
    kept.forget(id);
    pump();
  }

  function settle(chat: string, seq: number, arrived: readonly Message[]): void {
    const before = state.outbox;
    const next = outbox.settle(before, chat, seq, arrived);
    if (next !== before) {
      const left = new Set(next);
      for (const one of before) if (!left.has(one)) kept.forget(one.clientId);
      setState("outbox", next);
    }
    pump();
  }

  /** Sends what is due, and comes back when the next is. */
  function pump(): void {
    clearTimeout(timer);
    for (const { clientId, chat, body, replyTo } of outbox.ready(state.outbox, now())) {
      const reply = replyTo !== null && { replyTo };
      if (!send({ type: "send", clientId, chat, body, ...reply })) return;
      setState("outbox", outbox.markSent(state.outbox, clientId, now()));
    }
    const wake = outbox.nextWake(state.outbox);
    if (wake !== null) timer = setTimeout(pump, Math.max(0, wake - now()));
  }

  function saveState(id: string): void {
    const outgoing = state.outbox.find((one) => one.clientId === id);
    if (!outgoing) return;
    kept.put(outbox.toNewMessage(outgoing), outgoing.status === "failed" ? outgoing.code : null);
  }

  /** All that this person wrote on this device, in whichever tab, and that the server has not got. */
  async function unsent(): Promise<readonly outbox.Outgoing[]> {
    const here = state.outbox.filter(({ status }) => status !== "stored");
    return outbox.merge(here, (await kept.all()).map(asLeft));
  }

  function stop(): void {
    clearTimeout(timer);
    kept.close();
  }

  return {
    restore,
    write,
    onConnected,
    onAck,
    onReject,
    retry,
    discard,
    settle,
    unsent,
    clear: kept.clear,
    stop,
  };
}
