import { trySetItem } from "./device-storage.ts";

/** Text kept on this device for one person, by key. */
export interface LocalStore {
  get: (key: string) => string | null;
  set: (key: string, value: string) => void;
  delete: (key: string) => void;
  entries: () => [key: string, value: string][];
  clear: () => void;
}

/**
 * Keeps under `prefix` in the browser's storage, which is synchronous on purpose: a word typed is
 * safe before the next frame is painted. Where storage is forbidden or full, in memory; and only
 * then, for what is there would hide what another tab has made of it since.
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

  return {
    get,
    set,
    delete: remove,
    entries,
    clear: () => {
      for (const [key] of entries()) remove(key);
    },
  };
}
