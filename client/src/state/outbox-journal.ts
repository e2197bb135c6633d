import { createKeep } from "./keep.ts";
import { isOrphan, type Kept } from "./outbox-keep.ts";

/**
 * Keeps what is unsent from the moment it is written until the device's database has it, or for
 * good where there is none. Nothing here keeps two tabs from taking the same message: they send it
 * under one `clientId`, so the server stores it once.
 */
export function createOutboxJournal(storage: Storage | null, user: () => string | undefined) {
  const keep = createKeep(storage, () => `parley.unsent.${user()}.`);

  function put(kept: Kept): void {
    keep.set(kept.message.clientId, JSON.stringify(kept));
  }

  /** What tabs left that live no more. */
  function orphans(alive: ReadonlySet<string>): Kept[] {
    const all = keep.entries().map(([, text]): Kept => JSON.parse(text));
    return all.filter((kept) => isOrphan(kept, kept.user, alive));
  }

  return { put, delete: keep.delete, orphans, clear: keep.clear };
}
