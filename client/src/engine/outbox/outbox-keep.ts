import type { ErrorCode } from "@parley/contracts/errors";
import type { NewMessage } from "./outbox.ts";

/** A message that this device keeps until the server has it. */
export interface Kept {
  message: NewMessage;
  /** Its author. */
  user: string;
  /** The tab that sends it. */
  tab: string;
  /** Why it will not be sent by itself. */
  failed: ErrorCode | null;
}

/** Where all tabs of a browser keep what is not sent yet. */
export interface OutboxKeep {
  /** @returns false where this device can't keep it. */
  put: (kept: Kept) => Promise<boolean>;
  delete: (clientId: string) => Promise<void>;
  /**
   * Gives `tab` in one go what is {@link claimable}, so that no two tabs get the same.
   * @param journaled what is kept elsewhere on this device, and has its place here from now on.
   * @returns null where this device can't tell.
   */
  claim: (
    user: string,
    tab: string,
    alive: ReadonlySet<string>,
    journaled: readonly Kept[],
  ) => Promise<Kept[] | null>;
  all: (user: string) => Promise<Kept[]>;
  clear: (user: string) => Promise<void>;
}

/** The tab that this visit happens in. */
export interface Tab {
  id: string;
  /** The tabs that are open now, or null where a browser does not tell. */
  alive: () => Promise<ReadonlySet<string> | null>;
}

/** What tabs left that live no more. What a tab that lives has taken over meanwhile is its own. */
export function claimable(
  all: readonly Kept[],
  journaled: readonly Kept[],
  user: string,
  alive: ReadonlySet<string>,
): Kept[] {
  const isOrphan = (kept: Kept) => kept.user === user && !alive.has(kept.tab);
  const byId = new Map(all.map((kept) => [kept.message.clientId, kept]));
  for (const kept of journaled) {
    const known = byId.get(kept.message.clientId);
    if (!known || isOrphan(known)) byId.set(kept.message.clientId, kept);
  }
  return [...byId.values()].filter(isOrphan);
}
