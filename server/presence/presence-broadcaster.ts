import { deliverWithBackpressure } from "../realtime/deliver-with-backpressure.ts";
import {
  type ChangesDeps,
  type Departure,
  encodeChangeFrames,
  type PresenceChanges,
} from "./presence-changes.ts";
import type { PresenceStore } from "./presence-store.ts";

/** At most one frame of news a reader in this time, in milliseconds. */
const GATHER = 1_000;

interface BroadcasterDeps extends PresenceStore, ChangesDeps {
  inTurn(task: () => Promise<void>): Promise<void>;
  fail(error: unknown): void;
}

type State = { kind: "idle" | "telling" | "closed" } | { kind: "gathering"; timer: Timer };

/** Gathers what is new about people, and tells it all at once to those whom it concerns. */
export function createPresenceBroadcaster(deps: BroadcasterDeps) {
  let news = noNews();
  /** The news before, while more happened as it was told. */
  let last = noNews();
  /** When those who went were last seen, until it is stored. */
  let unsaved = new Map<string, Date>();
  let newest = 0;
  let state: State = { kind: "idle" };
  let told = Number.NEGATIVE_INFINITY;

  function gather(): void {
    if (state.kind !== "idle") return;
    const timer = setTimeout(tell, Math.max(0, told + GATHER - Date.now()));
    state = { kind: "gathering", timer };
  }

  function tell(): void {
    state = { kind: "telling" };
    void deps
      .inTurn(tellAll)
      .catch(deps.fail)
      .finally(() => {
        told = Date.now();
        if (state.kind === "closed") return;
        state = { kind: "idle" };
        if (hasNews(news)) gather();
        else last = noNews();
      });
  }

  /** With as many statements whatever there is to tell; what can’t be told now is told with the next. */
  async function tellAll(): Promise<void> {
    const telling = news;
    news = noNews();
    try {
      await save();
      await deliverWithBackpressure(
        encodeChangeFrames(deps, telling, last, await readFacts(telling)),
      );
      for (const user of telling.changed.keys()) deps.attendance.forget(user);
      last = telling;
    } catch (error) {
      news = joinNews(telling, news);
      throw error;
    }
  }

  async function save(): Promise<void> {
    const saving = unsaved;
    unsaved = new Map();
    try {
      await deps.saveLastSeen(saving);
    } catch (error) {
      unsaved = new Map([...saving, ...unsaved]);
      throw error;
    }
  }

  async function readFacts({ changed, joined, blockChanged, left }: PresenceChanges) {
    const users = new Set([...changed.keys(), ...joined.keys(), ...blockChanged.keys()]);
    for (const { left: leavers } of left.values()) for (const user of leavers) users.add(user);
    return {
      blocked: await deps.blockedWith([...users]),
      lastSeen: await deps.readLastSeen([...blockChanged.keys()]),
    };
  }

  function change(user: string, lastSeen: Date | null): void {
    // Taken out first, so that who changed last comes last.
    news.changed.delete(user);
    news.changed.set(user, { at: ++newest, lastSeen });
    gather();
  }

  return {
    /** The number of the newest news. */
    newest: () => newest,
    online: (user: string) => change(user, null),

    offline(user: string, at: Date): void {
      unsaved.set(user, at);
      change(user, at);
    },

    joined(user: string, chat: string): void {
      news.joined.getOrInsertComputed(user, () => new Map()).set(chat, ++newest);
      gather();
    },

    blockChanged(one: string, other: string): void {
      news.blockChanged.getOrInsertComputed(one, () => new Set()).add(other);
      news.blockChanged.getOrInsertComputed(other, () => new Set()).add(one);
      gather();
    },

    /** @param others who is in the chat that the user left. */
    left(user: string, chat: string, others: ReadonlySet<string>): void {
      const parting = news.left.getOrInsertComputed(chat, noParting);
      parting.at = ++newest;
      parting.left.add(user);
      for (const one of [user, ...others]) parting.people.add(one);
      gather();
    },

    /** Tells nothing more, and stores that the last of those online were seen now. */
    async close(online: Iterable<string>): Promise<void> {
      if (state.kind === "gathering") clearTimeout(state.timer);
      state = { kind: "closed" };
      const now = new Date();
      for (const user of online) unsaved.set(user, now);
      await deps.inTurn(save);
    },
  };
}

function noNews(): PresenceChanges {
  return { changed: new Map(), joined: new Map(), blockChanged: new Map(), left: new Map() };
}

function noParting(): Departure {
  return { at: 0, left: new Set(), people: new Set() };
}

function hasNews({ changed, joined, blockChanged, left }: PresenceChanges): boolean {
  return changed.size + joined.size + blockChanged.size + left.size > 0;
}

function joinNews(earlier: PresenceChanges, later: PresenceChanges): PresenceChanges {
  const changed = new Map(earlier.changed);
  for (const [user, change] of later.changed) {
    changed.delete(user);
    changed.set(user, change);
  }
  return {
    changed,
    joined: joinBy(earlier.joined, later.joined, (chats, more) => new Map([...chats, ...more])),
    blockChanged: joinBy(earlier.blockChanged, later.blockChanged, (others, more) =>
      others.union(more),
    ),
    left: joinBy(earlier.left, later.left, (parting, { at, left, people }) => ({
      at,
      left: parting.left.union(left),
      people: parting.people.union(people),
    })),
  };
}

function joinBy<T>(
  earlier: ReadonlyMap<string, T>,
  later: ReadonlyMap<string, T>,
  join: (earlier: T, later: T) => T,
): Map<string, T> {
  const joined = new Map(earlier);
  for (const [key, value] of later) {
    const before = joined.get(key);
    joined.set(key, before === undefined ? value : join(before, value));
  }
  return joined;
}
