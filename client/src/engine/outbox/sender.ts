import type { ErrorCode } from "@parley/contracts/errors";
import type { ClientFrame } from "@parley/contracts/frames";
import type { ChatId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import type { AppStore } from "../session/app-state.ts";
import type { Tab } from "../socket/tab-lock.ts";
import { randomUuid } from "../storage/random-uuid.ts";
import * as outbox from "./outbox.ts";
import { nextWake, ready } from "./outbox-schedule.ts";
import { createOutboxStore } from "./outbox-store.ts";
import type { UnsentEntry } from "./unsent-entry.ts";

export type Sender = ReturnType<typeof createSender>;

interface SenderDeps {
  store: AppStore;
  storage: Storage | null;
  database: IDBFactory | undefined;
  tab: Tab;
  send: (frame: ClientFrame) => boolean;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
  /** Milliseconds since the epoch by the clock of this device. */
  wallClock: () => number;
}

/** A message as the user wrote it: in a chat, possibly as a reply. */
export type Written = Pick<outbox.NewMessage, "chat" | "body" | "replyTo">;

const SECOND_LOOK_MS = 1_000;

/** Sends messages in order until the server answers. They survive a reload. */
export function createSender(deps: SenderDeps) {
  const { store, storage, database, tab, send, now, wallClock } = deps;
  const { state, setState, me } = store;
  const stored = createOutboxStore({ storage, database, tab, user: () => me()?.id });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let secondLook: ReturnType<typeof setTimeout> | undefined;
  // An import that takes longer than the first restore waits for adds its messages later.
  void stored.imported.then(restore);

  /** Adopts the unsent messages of earlier visits and closed tabs. */
  async function restore(): Promise<void> {
    try {
      const entries = await stored.adopt();
      if (entries.length === 0) return;
      setState("outbox", outbox.merge(state.outbox, entries.map(toOutgoing)));
      pump();
    } catch (error) {
      console.warn("unsent messages could not be restored:", error);
    }
  }

  /** Adopts the messages of a closed tab, whose lock and last writes may reach this tab a moment later. */
  function onTabGone(): void {
    void restore();
    clearTimeout(secondLook);
    secondLook = setTimeout(restore, SECOND_LOOK_MS);
  }

  const toOutgoing = ({ message, failed }: UnsentEntry) => outbox.restored(message, failed, now());

  function write(written: Written): void {
    const createdAt = outbox.nextCreatedAt(state.outbox, wallClock());
    const message = { ...written, clientId: randomUuid(), createdAt };
    setState("outbox", outbox.enqueue(state.outbox, message, now()));
    stored.put(message, null);
    pump();
  }

  /** Sends every message without an answer again on the new connection, with the same `clientId`. */
  function onConnected(): void {
    setState("outbox", outbox.requeue(state.outbox));
    pump();
    void restore();
  }

  function onAck(id: string, chat: ChatId, seq: number): void {
    setState("outbox", outbox.acknowledge(state.outbox, id, seq));
    stored.remove(id);
    settle(chat, state.rooms[chat]?.seq ?? 0, []);
  }

  function onReject(id: string, reply: { code: ErrorCode; retryAfter?: number | undefined }): void {
    setState("outbox", outbox.refuse(state.outbox, id, reply, now()));
    save(id);
    pump();
  }

  function retry(id: string): void {
    setState("outbox", outbox.retry(state.outbox, id, now()));
    save(id);
    pump();
  }

  function discard(id: string): void {
    setState("outbox", outbox.discard(state.outbox, id));
    stored.remove(id);
    pump();
  }

  /** Removes the messages whose events have arrived. */
  function settle(chat: ChatId, seq: number, arrived: readonly Message[]): void {
    const before = state.outbox;
    const next = outbox.settle(before, chat, seq, arrived);
    if (next !== before) {
      const left = new Set(next);
      for (const one of before) if (!left.has(one)) stored.remove(one.clientId);
      setState("outbox", next);
    }
    pump();
  }

  /** Sends what is ready, and sets a timer for the next message. */
  function pump(): void {
    clearTimeout(timer);
    for (const { clientId, chat, body, replyTo } of ready(state.outbox, now())) {
      const reply = replyTo !== null && { replyTo };
      if (!send({ type: "send", clientId, chat, body, ...reply })) return;
      setState("outbox", outbox.markSent(state.outbox, clientId, now()));
    }
    const wake = nextWake(state.outbox);
    if (wake !== null) timer = setTimeout(pump, Math.max(0, wake - now()));
  }

  function save(id: string): void {
    const outgoing = state.outbox.find((one) => one.clientId === id);
    if (!outgoing) return;
    stored.put(outbox.toNewMessage(outgoing), outgoing.status === "failed" ? outgoing.code : null);
  }

  /** @returns the messages that this user wrote in any tab of this device and the server has not stored. */
  function unsent(): readonly outbox.Outgoing[] {
    const here = state.outbox.filter(({ status }) => status !== "stored");
    return outbox.merge(here, stored.all().map(toOutgoing));
  }

  function stop(): void {
    clearTimeout(timer);
    clearTimeout(secondLook);
    stored.close();
  }

  return {
    restore,
    onTabGone,
    write,
    onConnected,
    onAck,
    onReject,
    retry,
    discard,
    settle,
    unsent,
    clear: stored.clear,
    stop,
  };
}
