import { afterEach, beforeEach, describe, expect, jest, spyOn, test } from "bun:test";
import { CHAT, ME, TOMAS } from "../../testing/fixtures.ts";
import { createMemoryDatabase } from "../../testing/memory-database.ts";
import { createDevice } from "../../testing/memory-device.ts";
import { importIndexedDb } from "./import-indexed-db.ts";
import { createOutboxStore } from "./outbox-store.ts";

const warn = spyOn(console, "warn");
beforeEach(() => void warn.mockClear().mockImplementation(() => {}));
afterEach(() => void jest.useRealTimers());

const never = new Promise<never>(() => {});
const idOf = (n: number) => `0190a000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** An unsent message as version 0.1.0 stored it, in both places. */
function row(n: number, { user = ME, failed = null as string | null, body = `${n}` } = {}) {
  const createdAt = new Date(Date.UTC(2026, 5, 12, 18, 0, n)).toISOString();
  const message = { clientId: idOf(n), chat: CHAT, body, replyTo: n, createdAt };
  return { message, user, tab: "closed", failed };
}

/** A device as version 0.1.0 left it. @param rows those of the database; null if there is none. */
function createOldDevice(rows: readonly unknown[] | null) {
  const device = createDevice();
  const database = createMemoryDatabase(rows);
  const { storage } = device;
  return {
    database,
    storage,
    writeJournal({ message, ...rest }: ReturnType<typeof row>) {
      const key = `parley.unsent.${rest.user}.${message.clientId}`;
      storage.setItem(key, JSON.stringify({ message, ...rest }));
    },
    import: () => importIndexedDb(database.factory, storage),
    open(user = ME, { tab } = device.openTab()) {
      const store = createOutboxStore({
        ...{ storage, tab },
        database: database.factory,
        user: () => user,
      });
      const adopt = async () => (await store.adopt()).map(({ message }) => message.body);
      return { ...store, adopt };
    },
  };
}

test("Messages in both places of version 0.1.0 are restored in the order of their writing", async () => {
  const device = createOldDevice([row(3), row(1)]);
  device.writeJournal(row(2));
  device.writeJournal(row(4));
  expect(await device.open().adopt()).toEqual(["1", "2", "3", "4"]);
  expect(device.database).toMatchObject({ rows: null, version: 0 });
});

test("An imported message keeps its clientId, its reply and its refusal", async () => {
  const device = createOldDevice([row(1, { failed: "blocked" })]);
  const { message } = row(1);
  expect(await device.open().adopt()).toEqual(["1"]);
  expect(device.open().all()).toMatchObject([{ version: 1, message, failed: "blocked" }]);
});

test("A message that is in both places is restored once, as localStorage has it", async () => {
  const device = createOldDevice([row(1)]);
  device.writeJournal(row(1, { failed: "blocked" }));
  expect(await device.open().adopt()).toEqual(["1"]);
  expect(device.open().all()).toMatchObject([{ failed: "blocked" }]);
});

test("An import that runs twice restores each message once", async () => {
  const device = createOldDevice([row(1), row(2)]);
  await device.import();
  device.database.rows = [row(1), row(2)];
  device.database.version = 1;
  await device.import();
  expect(await device.open().adopt()).toEqual(["1", "2"]);
});

test("The messages of another user of the device stay for that user", async () => {
  const device = createOldDevice([row(1), row(2, { user: TOMAS })]);
  const mine = device.open(ME);
  expect(await mine.adopt()).toEqual(["1"]);
  await mine.clear();
  expect(await device.open(TOMAS).adopt()).toEqual(["2"]);
});

test("Ill-shaped rows are dropped with a warning, and the others are restored", async () => {
  const { user: _, ...anonymous } = row(2);
  const rows = [row(1), null, anonymous, { user: ME }, row(3, { body: 5 as never }), row(4)];
  const device = createOldDevice(rows);
  expect(await device.open().adopt()).toEqual(["1", "4"]);
  expect(warn).toHaveBeenCalledTimes(4);
  expect(device.database.rows).toBeNull();
});

test("A database that does not exist is not created", async () => {
  const device = createOldDevice(null);
  await device.import();
  expect(device.database.version).toBe(0);
  expect(warn).not.toHaveBeenCalled();
});

test("The database stays for the next visit if localStorage is full", async () => {
  const device = createOldDevice([row(1)]);
  device.storage.isFull = true;
  await device.import();
  expect(device.database).toMatchObject({ rows: [row(1)], version: 1 });
  device.storage.isFull = false;
  expect(await device.open().adopt()).toEqual(["1"]);
});

describe("a sign-out", () => {
  test("A sign-out deletes the user's rows that an import left", async () => {
    const device = createOldDevice([row(1)]);
    device.storage.isFull = true;
    const store = device.open();
    await store.adopt();
    device.storage.isFull = false;
    await store.clear();
    expect([device.database.rows, device.storage.length]).toEqual([null, 0]);
  });

  test("A sign-out deletes the messages that a running import adds", async () => {
    const device = createOldDevice([row(1)]);
    await device.open().clear();
    expect([device.database.rows, device.storage.length]).toEqual([null, 0]);
  });

  test("A sign-out waits one second for a database that never answers", async () => {
    const device = createOldDevice([row(1)]);
    device.database.ready = never;
    jest.useFakeTimers();
    const clearing = device.open().clear();
    jest.advanceTimersByTime(1_000);
    await clearing;
  });
});

describe("a database that cannot be used", () => {
  test("An absent database does not delay the messages of localStorage", async () => {
    const device = createOldDevice(null);
    device.writeJournal(row(1));
    const { tab } = createDevice().openTab();
    const { storage } = device;
    const store = createOutboxStore({ storage, tab, database: undefined, user: () => ME });
    expect(await store.adopt()).toMatchObject([{ message: { body: "1" } }]);
  });

  test("A forbidden database does not delay the messages of localStorage", async () => {
    const device = createOldDevice(null);
    device.writeJournal(row(1));
    device.database.factory.open = () => {
      throw new DOMException("", "SecurityError");
    };
    expect(await device.open().adopt()).toEqual(["1"]);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test("A database without an answer is waited for one second, and its messages are added when it answers", async () => {
    const device = createOldDevice([row(1)]);
    device.writeJournal(row(2));
    const answer = Promise.withResolvers<void>();
    device.database.ready = answer.promise;
    jest.useFakeTimers();
    // A browser without locks: all messages are adopted once, and once more after a late import.
    const store = device.open(ME, {
      tab: { id: "here", open: async () => null },
      close: () => true,
    });
    const adopting = store.adopt();
    jest.advanceTimersByTime(1_000);
    expect(await adopting).toEqual(["2"]);
    answer.resolve();
    await store.imported;
    expect(await store.adopt()).toEqual(["1"]);
  });
});
