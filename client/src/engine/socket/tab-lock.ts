import { randomUuid } from "../storage/random-uuid.ts";

const PREFIX = "parley.tab.";

/** This tab among the tabs of the browser. */
export interface Tab {
  id: string;
  /** The IDs of the tabs that are open, or null if the browser cannot tell. */
  open: () => Promise<ReadonlySet<string> | null>;
}

export interface TabLock extends Tab {
  /** The name of the lock, once this tab holds it; null in a browser without locks. */
  name: Promise<string | null>;
  release: () => void;
}

/**
 * Holds a lock for as long as this tab is open. The browser releases it however the tab ends, so that
 * the lock tells other tabs and the shared worker whether this tab is open.
 * @param locks absent on pages that were loaded over plain HTTP.
 */
export function holdTabLock(locks: LockManager | undefined): TabLock {
  const id = randomUuid();
  const released = Promise.withResolvers<void>();
  const held = Promise.withResolvers<string | null>();
  const hold = () => {
    held.resolve(PREFIX + id);
    return released.promise;
  };
  if (locks) locks.request(PREFIX + id, hold).catch(() => held.resolve(null));
  else held.resolve(null);

  async function open(): Promise<ReadonlySet<string> | null> {
    if (!locks || (await held.promise) === null) return null;
    const { held: all = [] } = await locks.query();
    return new Set(all.map(({ name = "" }) => name.slice(PREFIX.length)));
  }

  return { id, open, name: held.promise, release: released.resolve };
}
