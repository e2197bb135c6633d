/** The browser's `localStorage`, or null where it is forbidden or missing. */
export function deviceStorage(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** @returns false if there is no storage, or if it is full. */
export function trySetItem(
  storage: Pick<Storage, "setItem"> | null,
  key: string,
  value: string,
): boolean {
  try {
    storage?.setItem(key, value);
    return storage !== null;
  } catch {
    return false;
  }
}
