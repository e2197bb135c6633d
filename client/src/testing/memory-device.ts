import { claimable, type Kept, type OutboxKeep, type Tab } from "../engine/outbox/outbox-keep.ts";

/** A device in memory, and the tabs that are open on it. */
export function createDevice() {
  const outbox = createMemoryOutbox();
  const storage = createMemoryStorage();
  const open = new Set<string>();
  let tabs = 0;
  return {
    outbox,
    storage,
    openTab(): { tab: Tab; close: () => void } {
      const id = `tab ${++tabs}`;
      open.add(id);
      return { tab: { id, alive: async () => new Set(open) }, close: () => open.delete(id) };
    },
  };
}

export function createMemoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}

function createMemoryOutbox() {
  const byId = new Map<string, Kept>();
  /** As a database tells them, not as they were put. */
  function inOrderOfIds(): Kept[] {
    return [...byId.values()].sort((a, b) => a.message.clientId.localeCompare(b.message.clientId));
  }

  const outbox: OutboxKeep & { kept: () => Kept[]; isFull: boolean } = {
    kept: () => [...byId.values()],
    isFull: false,
    async put(kept) {
      if (!outbox.isFull) byId.set(kept.message.clientId, kept);
      return !outbox.isFull;
    },
    async delete(clientId) {
      byId.delete(clientId);
    },
    async claim(user, tab, alive, journaled) {
      if (outbox.isFull) return null;
      const claimed = claimable(inOrderOfIds(), journaled, user, alive);
      for (const kept of claimed) byId.set(kept.message.clientId, { ...kept, tab });
      return claimed;
    },
    async all(user) {
      return inOrderOfIds().filter((kept) => kept.user === user);
    },
    async clear(user) {
      for (const [id, kept] of byId) if (kept.user === user) byId.delete(id);
    },
  };
  return outbox;
}
