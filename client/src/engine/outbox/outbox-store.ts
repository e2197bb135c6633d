import type { ErrorCode } from "@parley/contracts/errors";
import type { Tab } from "../socket/tab-lock.ts";
import { createLocalStore } from "../storage/local-store.ts";
import { importIndexedDb } from "./import-indexed-db.ts";
import type { NewMessage } from "./outbox.ts";
import { parseUnsentEntry, type UnsentEntry, unsentKeyPrefix } from "./unsent-entry.ts";

interface OutboxStoreDeps {
  storage: Storage | null;
  /** IndexedDB, where version 0.1.0 of the page stored unsent messages. */
  database: IDBFactory | undefined;
  tab: Tab;
  /** The ID of the user who is signed in. */
  user: () => string | undefined;
}

/** Some browsers never answer a query of their locks. */
const LOCKS_TIMEOUT_MS = 2_000;

/** Some browsers never answer a request to their database. */
const IMPORT_TIMEOUT_MS = 1_000;

/**
 * Stores unsent messages on this device until the server has stored them.
 *
 * Each tab sends its own messages, and adopts those of tabs that were closed. Two tabs may adopt the
 * same message. The server stores it once, because both send the same `clientId`.
 */
export function createOutboxStore({ storage, database, tab, user }: OutboxStoreDeps) {
  const entries = createLocalStore(storage, () => unsentKeyPrefix(user()));
  let isClosed = false;
  let hasAdopted = false;
  /** Resolves when the messages of version 0.1.0 are in `localStorage`. */
  const imported = importIndexedDb(database, storage).then(() => {
    hasAdopted = false;
  });
  const importedInTime = inTime(imported, IMPORT_TIMEOUT_MS);

  function put(message: NewMessage, failed: ErrorCode | null): void {
    if (user() !== undefined && !isClosed) write({ version: 1, message, tab: tab.id, failed });
  }

  function write(entry: UnsentEntry): void {
    entries.set(entry.message.clientId, JSON.stringify(entry));
  }

  /** @returns the unsent messages that earlier visits and closed tabs left, oldest first. */
  async function adopt(): Promise<UnsentEntry[]> {
    // Imported messages may be older than the others, and have to be sent before them.
    const [open] = await Promise.all([inTime(tab.open(), LOCKS_TIMEOUT_MS), importedInTime]);
    // Without locks, an open tab looks like a closed one: adopting all messages once is enough.
    if (user() === undefined || isClosed || (open === null && hasAdopted)) return [];
    hasAdopted = true;
    const left = all().filter((entry) => entry.tab !== tab.id && !open?.has(entry.tab));
    // Newest first: a tab that sees only some of these writes adopts the oldest messages of a chat, and
    // so never sends a message before its predecessor.
    for (const entry of left.toReversed()) write({ ...entry, tab: tab.id });
    return left;
  }

  /** @returns every unsent message of this user on this device, of all tabs, oldest first. */
  function all(): UnsentEntry[] {
    return entries
      .entries()
      .flatMap(([clientId, text]) => read(clientId, text) ?? [])
      .sort((a, b) => a.message.createdAt.localeCompare(b.message.createdAt));
  }

  function read(clientId: string, text: string): UnsentEntry | null {
    const entry = parseUnsentEntry(clientId, text);
    if (entry !== null && entry !== "newer") return entry;
    console.warn("unreadable unsent message:", clientId, entry ?? "dropped");
    if (entry === null) entries.delete(clientId);
    return null;
  }

  /** Removes all messages from the device, and accepts no more. */
  async function clear(): Promise<void> {
    close();
    entries.clear();
    // An import that is still running, or found no room, would bring messages back.
    await inTime(importIndexedDb(database, storage).then(entries.clear), IMPORT_TIMEOUT_MS);
  }

  function close(): void {
    isClosed = true;
  }

  return { put, remove: entries.delete, adopt, all, clear, close, imported };
}

/** @returns null if there is no answer in time. */
function inTime<T>(answer: Promise<T>, ms: number): Promise<T | null> {
  const timeout = new Promise<null>((resolve) => setTimeout(resolve, ms, null));
  return Promise.race([answer, timeout]);
}
