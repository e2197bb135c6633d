import { trySetItem } from "./device-storage.ts";

/** Text by key, which all tabs of this browser share and which survives them. */
export interface LocalStore {
  get: (key: string) => string | null;
  set: (key: string, value: string) => void;
  delete: (key: string) => void;
  entries: () => [key: string, value: string][];
  clear: () => void;
}

/**
 * Stores text in `localStorage` under a prefix. The write is synchronous, so that text is safe before
 * the next frame is painted. Where the storage is forbidden or full, the text is held in memory; only
 * then, because a copy in memory would hide later changes by another tab.
 */
export function createLocalStore(storage: Storage | null, prefix: () => string): LocalStore {
  const memory = new Map<string, string>();

  function get(key: string): string | null {
    return memory.get(key) ?? storage?.getItem(prefix() + key) ?? null;
  }

  function set(key: string, value: string): void {
    if (trySetItem(storage, prefix() + key, value)) memory.delete(key);
    else memory.set(key, value);
  }

  function remove(key: string): void {
    memory.delete(key);
    storage?.removeItem(prefix() + key);
  }

  function entries(): [string, string][] {
    const length = storage?.length ?? 0;
    const names = Array.from({ length }, (_, index) => storage?.key(index) ?? "");
    const stored = names
      .filter((name) => name.startsWith(prefix()))
      .map((name) => name.slice(prefix().length));
    return [...new Set([...stored, ...memory.keys()])].map((key) => [key, get(key) ?? ""]);
  }

  function clear(): void {
    for (const [key] of entries()) remove(key);
  }

  return { get, set, delete: remove, entries, clear };
}
