import { clientId } from "../outbox/client-id.ts";
import type { Tab } from "../outbox/outbox-keep.ts";

const PREFIX = "parley.tab.";

export interface OpenTab extends Tab {
  /** The name of the lock that this tab holds, once it does; null where there are none. */
  lock: Promise<string | null>;
  close: () => void;
}

/**
 * Shows the other tabs that this one lives, by a lock that the browser lets go when it is gone,
 * however that came about.
 * @param locks absent on pages that came over plain HTTP.
 */
export function openTab(locks: LockManager | undefined): OpenTab {
  const id = clientId();
  const life = Promise.withResolvers<void>();
  const held = Promise.withResolvers<string | null>();
  const take = () => {
    held.resolve(PREFIX + id);
    return life.promise;
  };
  if (locks) locks.request(PREFIX + id, take).catch(() => held.resolve(null));
  else held.resolve(null);

  async function alive(): Promise<ReadonlySet<string> | null> {
    if (!locks || (await held.promise) === null) return null;
    const { held: all = [] } = await locks.query();
    return new Set(all.map(({ name = "" }) => name.slice(PREFIX.length)));
  }

  return { id, alive, lock: held.promise, close: life.resolve };
}
