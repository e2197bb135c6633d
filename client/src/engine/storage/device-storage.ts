/** The browser's storage, or null where it is forbidden or missing. */
export function deviceStorage(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** @returns false where there is no storage, or no room in it. */
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
