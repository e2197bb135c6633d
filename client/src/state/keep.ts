/** Text kept on this device for one person, by key. */
export interface Keep {
  get: (key: string) => string | null;
  set: (key: string, value: string) => void;
  delete: (key: string) => void;
  entries: () => [key: string, value: string][];
  clear: () => void;
}

/**
 * Keeps under `prefix` in the browser's storage, which is synchronous on purpose: a word typed is
 * safe before the next frame is painted. Where storage is forbidden or full, in memory only.
 */
export function createKeep(storage: Storage | null, prefix: () => string): Keep {
  const memory = new Map<string, string>();

  function set(key: string, value: string): void {
    memory.set(key, value);
    try {
      storage?.setItem(prefix() + key, value);
    } catch {
      // Full: this tab still has it in memory.
    }
  }

  function remove(key: string): void {
    memory.delete(key);
    storage?.removeItem(prefix() + key);
  }

  function entries(): [string, string][] {
    if (!storage) return [...memory];
    const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
    return keys
      .filter((key) => key.startsWith(prefix()))
      .map((key) => [key.slice(prefix().length), storage.getItem(key) ?? ""]);
  }

  return {
    get: (key) => memory.get(key) ?? storage?.getItem(prefix() + key) ?? null,
    set,
    delete: remove,
    entries,
    clear: () => {
      for (const [key] of entries()) remove(key);
    },
  };
}
