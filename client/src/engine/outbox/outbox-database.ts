import { claimable, type Kept, type OutboxKeep } from "./outbox-keep.ts";

const NAME = "parley";
const STORE = "outbox";

/**
 * Keeps unsent messages in IndexedDB, which all tabs share and which outlives them. Where it is
 * forbidden, full or broken it says so, and sending goes on.
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
      console.warn("the browser’s database does not keep unsent messages:", error);
      return null;
    }
  }

  /** Looks at all that is kept, and changes some of it, in one transaction. @returns null where it can't. */
  async function sweep<T>(look: (all: Kept[], store: IDBObjectStore) => T): Promise<T | null> {
    let seen: T | null = null;
    const done = await change((store) => {
      const all: IDBRequest<Kept[]> = store.getAll();
      all.onsuccess = () => {
        seen = look(all.result, store);
      };
      return all;
    });
    return done && seen;
  }

  const of = (user: string, all: readonly Kept[]) => all.filter((kept) => kept.user === user);

  return {
    async put(kept) {
      return (await change((store) => store.put(kept))) !== null;
    },
    async delete(clientId) {
      await change((store) => store.delete(clientId));
    },
    claim: (user, tab, alive, journaled) =>
      sweep((all, store) => {
        const claimed = claimable(all, journaled, user, alive).map((kept) => ({ ...kept, tab }));
        for (const kept of claimed) store.put(kept);
        return claimed;
      }),
    async all(user) {
      return (await sweep((all) => of(user, all))) ?? [];
    },
    async clear(user) {
      await sweep((all, store) => {
        for (const { message } of of(user, all)) store.delete(message.clientId);
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
