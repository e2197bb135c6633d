import { UserId } from "@parley/contracts/ids";
import * as v from "valibot";
import { trySetItem } from "../storage/device-storage.ts";
import { parseUnsentEntry, UnsentEntry, unsentKeyPrefix } from "./unsent-entry.ts";

const NAME = "parley";
const STORE = "outbox";
const VERSION = 1;

/** An unsent message as version 0.1.0 of the page stored it in IndexedDB. */
const Row = v.object({ ...UnsentEntry.entries, user: UserId });

/**
 * Moves the unsent messages of version 0.1.0 from IndexedDB to `localStorage`, those of every user of
 * this device, and deletes the database. If `localStorage` is full, the database stays as it is for the
 * next visit. @returns a promise that never rejects, and stays pending if the database never answers.
 */
export async function importIndexedDb(
  factory: IDBFactory | undefined,
  storage: Storage | null,
): Promise<void> {
  try {
    if (factory && storage) await move(factory, storage);
  } catch (error) {
    console.warn("unsent messages could not be moved from IndexedDB:", error);
  }
}

function move(factory: IDBFactory, storage: Storage): Promise<void> {
  return new Promise((resolve, reject) => {
    // An upgrade has the database for itself: tabs of version 0.1.0 close their connections, and cannot
    // add a message between the move and the deletion.
    const request = factory.open(NAME, VERSION + 1);
    let isAbsent = false;
    request.onupgradeneeded = ({ oldVersion }) => {
      isAbsent = oldVersion === 0;
      if (isAbsent) request.transaction?.abort();
      else if (request.transaction) moveRows(request.transaction, storage);
    };
    request.onerror = () => (isAbsent ? resolve() : reject(request.error));
    request.onsuccess = () => {
      request.result.close();
      factory.deleteDatabase(NAME);
      resolve();
    };
  });
}

function moveRows(upgrade: IDBTransaction, storage: Storage): void {
  const request = upgrade.objectStore(STORE).getAll();
  request.onsuccess = () => {
    if (!request.result.every((row) => moveRow(row, storage))) upgrade.abort();
  };
}

/** @returns false if `localStorage` has no room for the message. */
function moveRow(row: unknown, storage: Storage): boolean {
  const { success, output } = v.safeParse(Row, row);
  if (!success) {
    console.warn("unreadable unsent message in IndexedDB: dropped");
    return true;
  }
  const { user, ...entry } = output;
  const { clientId } = entry.message;
  const key = unsentKeyPrefix(user) + clientId;
  // Version 0.1.0 wrote each change to `localStorage` first: an entry there is the newer one.
  const isStored = parseUnsentEntry(clientId, storage.getItem(key) ?? "") !== null;
  return isStored || trySetItem(storage, key, JSON.stringify(entry));
}
