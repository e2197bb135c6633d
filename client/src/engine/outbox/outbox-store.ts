import type { ErrorCode } from "@parley/contracts/errors";
import type { NewMessage } from "./outbox.ts";
import { createOutboxJournal } from "./outbox-journal.ts";
import type { Kept, OutboxKeep, Tab } from "./outbox-keep.ts";

interface KeptOutboxDeps {
  storage: Storage | null;
  keep: OutboxKeep;
  tab: Tab;
  user: () => string | undefined;
}

/** Milliseconds to wait for each answer of the device: some browsers have answered never. */
const PATIENCE = 2_000;

/**
 * What this device keeps of what a person wrote, until the server has it: at once in a journal, and
 * soon in the database, where one transaction decides which tab takes over what another has left.
 */
export function createKeptOutbox({ storage, keep, tab, user }: KeptOutboxDeps) {
  const journal = createOutboxJournal(storage, user);
  /** An answer that comes late must not bring back what was sent or thrown away meanwhile. */
  const gone = new Set<string>();
  let isClosed = false;
  let hasClaimed = false;

  function put(message: NewMessage, failed: ErrorCode | null): void {
    const author = user();
    if (author === undefined || isClosed) return;
    const kept = { message, user: author, tab: tab.id, failed };
    journal.put(kept);
    void keep.put(kept).then((isKept) => isKept && journal.settle(kept));
  }

  function forget(clientId: string): void {
    gone.add(clientId);
    journal.delete(clientId);
    void keep.delete(clientId);
  }

  /**
   * Takes over what an earlier visit, or a tab that is no more, has left.
   * @param take is given it, all at once where the device answers in time.
   */
  async function claim(take: (kept: readonly Kept[]) => void): Promise<void> {
    const author = user();
    const alive = await inTime(tab.alive());
    // Where tabs can't be told apart, all is taken once: a message sent twice is stored once.
    if (author === undefined || isClosed || (alive === null && hasClaimed)) return;
    hasClaimed = true;
    const takeLeft = (kept: readonly Kept[]) =>
      isClosed || take(kept.filter(({ message }) => !gone.has(message.clientId)));
    const living = alive ?? new Set<string>();
    const journaled = journal.all().filter((kept) => !living.has(kept.tab));
    const claiming = keep.claim(author, tab.id, living, journaled);
    const claimed = await inTime(claiming);
    if (isClosed) return;
    if (claimed) {
      for (const kept of journaled) journal.settle(kept);
      takeLeft(claimed);
    } else {
      for (const { message, failed } of journaled) put(message, failed);
      takeLeft(journaled);
      void claiming.then((late) => late && takeLeft(late));
    }
  }

  /** All that this person wrote here, in whichever tab. */
  async function all(): Promise<Kept[]> {
    const author = user();
    const kept = author === undefined ? [] : await inTime(keep.all(author));
    return [...(kept ?? []), ...journal.all()];
  }

  /** Leaves nothing on the device, and lets nothing come after. */
  async function clear(): Promise<void> {
    const author = user();
    close();
    journal.clear();
    if (author !== undefined) await inTime(keep.clear(author));
  }

  function close(): void {
    isClosed = true;
  }

  return { put, forget, claim, all, clear, close };
}

function inTime<T>(answer: Promise<T>): Promise<T | null> {
  const pause = new Promise<null>((resolve) => setTimeout(resolve, PATIENCE, null));
  return Promise.race([answer, pause]);
}
