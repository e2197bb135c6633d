import type { ChatId, UserId } from "@parley/contracts/ids";
import { deliverWithBackpressure } from "../realtime/deliver-with-backpressure.ts";
import { type ChangeFramesDeps, type ChangesContext, encodeChangeFrames } from "./change-frames.ts";
import {
  hasChanges,
  mergeChanges,
  noChanges,
  noDeparture,
  type PresenceChanges,
  setStatus,
} from "./presence-changes.ts";
import type { PresenceStore } from "./presence-store.ts";

/** A reader gets at most one frame of changes in this time. */
const COALESCE_MS = 1_000;

interface BroadcasterDeps extends PresenceStore, ChangeFramesDeps {
  /** Runs a task after all that were handed over before. */
  runInOrder(task: () => Promise<void>): Promise<void>;
  fail(error: unknown): void;
}

type State = { kind: "idle" | "sending" | "closed" } | { kind: "coalescing"; timer: Timer };

/** Collects changes of presence and sends them together to the readers whom they concern. */
export function createPresenceBroadcaster(deps: BroadcasterDeps) {
  let changes = noChanges();
  /** The changes sent before; kept while more happened as they were sent. */
  let previous = noChanges();
  /** When users who are offline were last seen, until it is stored. */
  let unsaved = new Map<string, Date>();
  let version = 0;
  let state: State = { kind: "idle" };
  let sentAt = Number.NEGATIVE_INFINITY;

  function schedule(): void {
    if (state.kind !== "idle") return;
    const timer = setTimeout(send, Math.max(0, sentAt + COALESCE_MS - Date.now()));
    state = { kind: "coalescing", timer };
  }

  function send(): void {
    state = { kind: "sending" };
    void deps
      .runInOrder(sendAll)
      .catch(deps.fail)
      .finally(() => {
        sentAt = Date.now();
        if (state.kind === "closed") return;
        state = { kind: "idle" };
        if (hasChanges(changes)) schedule();
        else previous = noChanges();
      });
  }

  /** The number of statements does not depend on the changes; changes that cannot be sent are sent with the next. */
  async function sendAll(): Promise<void> {
    const current = changes;
    changes = noChanges();
    try {
      await saveLastSeen();
      const context = await loadContext(current);
      await deliverWithBackpressure(encodeChangeFrames(deps, current, previous, context));
      for (const user of current.status.keys()) deps.online.forget(user);
      previous = current;
    } catch (error) {
      changes = mergeChanges(current, changes);
      throw error;
    }
  }

  async function saveLastSeen(): Promise<void> {
    const saving = unsaved;
    unsaved = new Map();
    try {
      await deps.saveLastSeen(saving);
    } catch (error) {
      unsaved = new Map([...saving, ...unsaved]);
      throw error;
    }
  }

  async function loadContext({
    status,
    joined,
    blockChanged,
    left,
  }: PresenceChanges): Promise<ChangesContext> {
    const users = new Set([...status.keys(), ...joined.keys(), ...blockChanged.keys()]);
    for (const { leavers } of left.values()) for (const user of leavers) users.add(user);
    const [blocked, lastSeen] = await Promise.all([
      deps.blockedWith([...users]),
      deps.readLastSeen([...blockChanged.keys()]),
    ]);
    return { blocked, lastSeen };
  }

  function changeStatus(user: UserId, lastSeen: Date | null): void {
    setStatus(changes, user, { version: ++version, lastSeen });
    schedule();
  }

  return {
    /** The version of the newest change. */
    version: () => version,
    online: (user: UserId) => changeStatus(user, null),

    offline(user: UserId, at: Date): void {
      unsaved.set(user, at);
      changeStatus(user, at);
    },

    joined(user: UserId, chat: ChatId): void {
      changes.joined.getOrInsertComputed(user, () => new Map()).set(chat, ++version);
      schedule();
    },

    blockChanged(one: UserId, other: UserId): void {
      changes.blockChanged.getOrInsertComputed(one, () => new Set()).add(other);
      changes.blockChanged.getOrInsertComputed(other, () => new Set()).add(one);
      schedule();
    },

    /** @param others the users who are visible in the chat that the user left. */
    left(user: UserId, chat: ChatId, others: ReadonlySet<UserId>): void {
      const departure = changes.left.getOrInsertComputed(chat, noDeparture);
      departure.version = ++version;
      departure.leavers.add(user);
      for (const one of [user, ...others]) departure.people.add(one);
      schedule();
    },

    /** Sends nothing more, and stores the current time as the one at which the users online were last seen. */
    async close(online: Iterable<string>): Promise<void> {
      if (state.kind === "coalescing") clearTimeout(state.timer);
      state = { kind: "closed" };
      const now = new Date();
      for (const user of online) unsaved.set(user, now);
      await deps.runInOrder(saveLastSeen).catch(deps.fail);
    },
  };
}
