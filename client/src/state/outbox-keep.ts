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
  /** Settles once it is safe; false where this device can't keep it. */
  put: (kept: Kept) => Promise<boolean>;
  delete: (clientId: string) => Promise<void>;
  /** Gives `tab` in one go what others left that live no more, so that no two tabs get the same. */
  claim: (user: string, tab: string, alive: ReadonlySet<string>) => Promise<Kept[]>;
  clear: (user: string) => Promise<void>;
}

/** The tab that this visit happens in. */
export interface Tab {
  id: string;
  /** The tabs that are open now, or null where a browser does not tell. */
  alive: () => Promise<ReadonlySet<string> | null>;
}

export function isOrphan(kept: Kept, user: string, alive: ReadonlySet<string>): boolean {
  return kept.user === user && !alive.has(kept.tab);
}
