/** Where bytes are kept under a key: words of `a-z`, `0-9`, `_` and `-`, apart by `/`. */
export interface ObjectStore {
  /** Stores the object whole, or not at all; an object under the same key is replaced. */
  put(key: string, bytes: Uint8Array, type: string): Promise<void>;
  /** @returns null when nothing is kept under the key. */
  get(key: string): Promise<Uint8Array | null>;
  /** Does nothing when nothing is kept under the key. */
  remove(key: string): Promise<void>;
  /** @throws when the store can’t be used now. */
  check(): Promise<void>;
}

const KEY = /^[a-z0-9_-]+(\/[a-z0-9_-]+)*$/;

/** @throws for a key that could name something outside of the store. */
export function assertKey(key: string): void {
  if (!KEY.test(key)) throw new Error("an object’s key has a character that keys may not have");
}
