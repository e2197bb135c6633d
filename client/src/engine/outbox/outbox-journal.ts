import { createLocalStore } from "../storage/local-store.ts";
import type { Kept } from "./outbox-keep.ts";

/**
 * Keeps what is unsent in the browser's synchronous storage, from the moment it is written until the
 * device's database has it.
 */
export function createOutboxJournal(storage: Storage | null, user: () => string | undefined) {
  const keep = createLocalStore(storage, () => `parley.unsent.${user()}.`);

  function put(kept: Kept): void {
    keep.set(kept.message.clientId, JSON.stringify(kept));
  }

  /** It is kept elsewhere now; unless it has become something else meanwhile. */
  function settle(kept: Kept): void {
    const { clientId } = kept.message;
    if (keep.get(clientId) === JSON.stringify(kept)) keep.delete(clientId);
  }

  const all = (): Kept[] => keep.entries().flatMap(([clientId, text]) => read(clientId, text));

  function read(clientId: string, text: string): Kept[] {
    try {
      return [JSON.parse(text)];
    } catch {
      keep.delete(clientId);
      return [];
    }
  }

  return { put, settle, delete: keep.delete, all, clear: keep.clear };
}
