import { trySetItem } from "../storage/device-storage.ts";

const STORAGE_KEY = "parley.user";

/** Notes who signed in in this browser: its cookie is theirs from now on, in every tab. */
export function storeSignedInUser(storage: Storage | null, id: string): void {
  trySetItem(storage, STORAGE_KEY, id);
}

/**
 * Watches for a sign-in in another tab: what the person here does would go out as somebody else's.
 * @param onOther is told the ID of who signed in.
 * @returns what stops it.
 */
export function watchSignedInUser(onOther: (id: string) => void): () => void {
  const look = ({ key, newValue }: StorageEvent) => {
    if (key === STORAGE_KEY && newValue !== null) onOther(newValue);
  };
  globalThis.addEventListener("storage", look);
  return () => globalThis.removeEventListener("storage", look);
}
