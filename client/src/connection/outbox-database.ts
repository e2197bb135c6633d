import { isOrphan, type Kept, type OutboxKeep } from "../state/outbox-keep.ts";

const NAME = "parley";
const STORE = "outbox";

/**
 * Keeps unsent messages in IndexedDB, which all tabs share and which outlives them. Where it is
 * forbidden, full or broken the words live as long as their tab: sending never waits for this.
 */
export function createOutboxDatabase(factory: IDBFactory | undefined): OutboxKeep {
  let opened: Promise<IDBDatabase> | null = null;

  function database(): Promise<IDBDatabase> {
    opened ??= open(factory, forget).catch((error) => {
      forget();
      throw error;
    });
    return opened;
  }

  function forget(): void {
    opened = null;
  }

  async function change<T>(work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    try {
      const transaction = (await database()).transaction(STORE, "readwrite");
      const request = work(transaction.objectStore(STORE));
      await completed(transaction);
      return request.result;
    } catch (error) {
      console.warn("unsent messages could not be kept on this device:", error);
      return null;
    }
  }

  /** Goes through all that is kept in one transaction. */
  async function sweep(visit: (kept: Kept, store: IDBObjectStore) => void): Promise<void> {
    await change((store) => {
      const all: IDBRequest<Kept[]> = store.getAll();
      all.onsuccess = () => {
        for (const kept of all.result) visit(kept, store);
      };
      return all;
    });
  }

  return {
    async put(kept) {
      return (await change((store) => store.put(kept))) !== null;
    },
    async delete(clientId) {
      await change((store) => store.delete(clientId));
    },
    async claim(user, tab, alive) {
      const claimed: Kept[] = [];
      await sweep((kept, store) => {
        if (!isOrphan(kept, user, alive)) return;
        claimed.push(kept);
        store.put({ ...kept, tab });
      });
      return claimed;
    },
    async clear(user) {
      await sweep((kept, store) => {
        if (kept.user === user) store.delete(kept.message.clientId);
      });
    },
  };
}

function open(factory: IDBFactory | undefined, onGone: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (!factory) throw new Error("there is no IndexedDB");
    const request = factory.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: "message.clientId" });
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = onGone;
      // A newer page wants to change it: this connection must not be in its way.
      database.onversionchange = () => {
        onGone();
        database.close();
      };
      resolve(database);
    };
  });
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
