/**
 * IndexedDB in memory, as far as the import of unsent messages uses it.
 * @param rows the object store of the database `parley` in version 1; null if there is no database.
 */
export function createMemoryDatabase(rows: readonly unknown[] | null) {
  const device = {
    rows,
    version: rows ? 1 : 0,
    /** Until when no request is answered. */
    ready: Promise.resolve(),
    factory: { open, deleteDatabase } as unknown as IDBFactory,
  };

  function open(_name: string, version: number) {
    let isAborted = false;
    const abort = () => {
      isAborted = true;
    };
    const getAll = () => answer(() => structuredClone(device.rows));
    const transaction = { abort, objectStore: () => ({ getAll }) };
    const request = {
      transaction,
      result: { close() {} },
      error: new DOMException("", "AbortError"),
      onupgradeneeded: undefined as ((event: { oldVersion: number }) => void) | undefined,
      onsuccess: () => {},
      onerror: () => {},
    };
    void device.ready.then(async () => {
      if (version > device.version) request.onupgradeneeded?.({ oldVersion: device.version });
      // The requests of the upgrade are answered first.
      for (let n = 0; n < 5; n++) await Promise.resolve();
      if (isAborted) return request.onerror();
      device.version = version;
      request.onsuccess();
    });
    return request;
  }

  function deleteDatabase(): void {
    device.rows = null;
    device.version = 0;
  }

  return device;
}

function answer<T>(read: () => T) {
  const request = { result: undefined as T | undefined, onsuccess: () => {} };
  queueMicrotask(() => {
    request.result = read();
    request.onsuccess();
  });
  return request;
}
