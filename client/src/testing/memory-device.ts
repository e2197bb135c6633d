import type { Tab } from "../engine/socket/tab-lock.ts";

/** A browser in memory: its storage, and the tabs that are open. */
export function createDevice() {
  const open = new Set<string>();
  const storage = createMemoryStorage();
  let tabs = 0;
  return {
    storage,
    database: undefined as IDBFactory | undefined,
    /** @returns the bodies of the stored unsent messages. */
    unsentBodies: () => Object.values(storage.items()).flatMap(bodyOf),
    openTab(): { tab: Tab; close: () => void } {
      const id = `tab ${++tabs}`;
      open.add(id);
      return { tab: { id, open: async () => new Set(open) }, close: () => open.delete(id) };
    },
  };
}

function bodyOf(text: string): string[] {
  const { message } = JSON.parse(text) as { message?: { body: string } };
  return message ? [message.body] : [];
}

interface MemoryStorage extends Storage {
  items: () => Record<string, string>;
  /** Whether every write fails. */
  isFull: boolean;
}

export function createMemoryStorage(): MemoryStorage {
  const items = new Map<string, string>();
  return {
    isFull: false,
    items: () => Object.fromEntries(items),
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem(key, value) {
      if (this["isFull"]) throw new Error("full");
      items.set(key, value);
    },
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}
