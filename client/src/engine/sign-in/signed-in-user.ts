import { trySetItem } from "../storage/device-storage.ts";

const STORAGE_KEY = "parley.user";

/** Stores who signed in, for the other tabs: the cookie is this user’s in all of them. */
export function storeSignedInUser(storage: Storage | null, id: string): void {
  trySetItem(storage, STORAGE_KEY, id);
}

/**
 * Watches for a sign-in in another tab, after which this tab's requests would be the other user's.
 * @param onSignIn is called with the ID of the user who signed in.
 * @returns a function that stops it.
 */
export function watchSignedInUser(onSignIn: (id: string) => void): () => void {
  const onStorage = ({ key, newValue }: StorageEvent) => {
    if (key === STORAGE_KEY && newValue !== null) onSignIn(newValue);
  };
  globalThis.addEventListener("storage", onStorage);
  return () => globalThis.removeEventListener("storage", onStorage);
}
