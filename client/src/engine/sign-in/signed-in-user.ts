import { store } from "../storage/device-storage.ts";

const STORED = "parley.user";

/** Notes who signed in in this browser: its cookie is theirs from now on, in every tab. */
export function noteUser(storage: Storage | null, id: string): void {
  store(storage, STORED, id);
}

/**
 * Watches for a sign-in in another tab: what the person here does would go out as somebody else's.
 * @param onOther is told the ID of who signed in.
 * @returns what stops it.
 */
export function watchUser(onOther: (id: string) => void): () => void {
  const look = ({ key, newValue }: StorageEvent) => {
    if (key === STORED && newValue !== null) onOther(newValue);
  };
  globalThis.addEventListener("storage", look);
  return () => globalThis.removeEventListener("storage", look);
}
