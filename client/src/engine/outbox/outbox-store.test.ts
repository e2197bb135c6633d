import { afterEach, beforeEach, describe, expect, jest, spyOn, test } from "bun:test";
import fc from "fast-check";
import { CHAT, ME } from "../../testing/fixtures.ts";
import { createDevice } from "../../testing/memory-device.ts";
import type { Tab } from "../socket/tab-lock.ts";
import type { NewMessage } from "./outbox.ts";
import { createOutboxStore } from "./outbox-store.ts";

const warn = spyOn(console, "warn");
beforeEach(() => void warn.mockClear().mockImplementation(() => {}));
afterEach(() => void jest.useRealTimers());

const never = new Promise<never>(() => {});
const idOf = (n: number) => `0190a000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const keyOf = (n: number) => `parley.unsent.${ME}.${idOf(n)}`;

function message(n: number): NewMessage {
  const createdAt = new Date(Date.UTC(2026, 5, 12, 18, 0, n)).toISOString();
  return { clientId: idOf(n), chat: CHAT, body: `${n}`, replyTo: null, createdAt };
}

/** The store of one tab. */
function openStore(device = createDevice(), tab?: Tab) {
  const opened = device.openTab();
  const store = createOutboxStore({
    storage: device.storage,
    database: device.database,
    tab: tab ?? opened.tab,
    user: () => ME,
  });
  const adopt = async () => (await store.adopt()).map(({ message }) => message.body);
  return { ...store, device, adopt, closeTab: opened.close };
}

/** A device on which a closed tab has left these messages. */
function deviceWith(...numbers: number[]) {
  const device = createDevice();
  const store = openStore(device);
  for (const n of numbers) store.put(message(n), null);
  store.closeTab();
  return device;
}

describe("a closed tab's messages", () => {
  test("A closed tab's messages are adopted by one of the open tabs, oldest first", async () => {
    const device = deviceWith(3, 1, 2);
    const [first, second] = [openStore(device), openStore(device)];
    expect(await first.adopt()).toEqual(["1", "2", "3"]);
    expect(await second.adopt()).toEqual([]);
  });

  test("A closed tab's messages are claimed newest first, so that a tab with a partial view keeps their order", async () => {
    const device = deviceWith(1, 2, 3);
    const claimed: string[] = [];
    const { setItem } = device.storage;
    device.storage.setItem = (key, text) => {
      claimed.push(key);
      setItem.call(device.storage, key, text);
    };
    await openStore(device).adopt();
    expect(claimed).toEqual([keyOf(3), keyOf(2), keyOf(1)]);
  });

  test("A closed tab's messages are adopted with their refusal", async () => {
    const device = createDevice();
    const closed = openStore(device);
    closed.put(message(1), null);
    closed.put(message(1), "blocked");
    closed.closeTab();
    expect(await openStore(device).adopt()).toEqual(["1"]);
    expect(openStore(device).all()).toMatchObject([{ failed: "blocked" }]);
  });

  test("A closed tab's messages are adopted once in a browser that cannot tell which tabs are open", async () => {
    const device = deviceWith(1);
    const store = openStore(device, { id: "here", open: async () => null });
    expect(await store.adopt()).toEqual(["1"]);
    openStore(device).put(message(2), null);
    expect(await store.adopt()).toEqual([]);
  });

  test("A closed tab's messages are adopted after two seconds if the browser's locks never answer", async () => {
    const store = openStore(deviceWith(1), { id: "here", open: () => never });
    jest.useFakeTimers();
    const adopting = store.adopt();
    jest.advanceTimersByTime(2_000);
    expect(await adopting).toEqual(["1"]);
  });
});

test("An open tab's messages are left to that tab", async () => {
  const device = createDevice();
  openStore(device).put(message(1), null);
  expect(await openStore(device).adopt()).toEqual([]);
});

test("A message is stored before put returns", () => {
  const { device, put } = openStore();
  put(message(1), null);
  expect(device.unsentBodies()).toEqual(["1"]);
});

test("A message that a full storage refuses lives in memory as long as its tab", () => {
  const { device, put, remove, all } = openStore();
  device.storage.isFull = true;
  put(message(1), null);
  expect(all().map(({ message }) => message.body)).toEqual(["1"]);
  remove(idOf(1));
  expect(all()).toEqual([]);
});

test.each([false, true])("Nothing is stored after clear (full storage: %p)", async (isFull) => {
  const device = deviceWith(1);
  const { put, clear, adopt, all } = openStore(device);
  device.storage.isFull = isFull;
  put(message(2), null);
  const adopting = adopt();
  clear();
  put(message(3), null);
  expect([await adopting, all(), device.storage.length]).toEqual([[], [], 0]);
});

describe("an entry that cannot be read", () => {
  const valid = { version: 1, message: message(2), tab: "closed", failed: null };
  const { replyTo: _, ...incomplete } = message(2);

  test.each<[string, string]>([
    ["broken JSON", "{"],
    ["null", "null"],
    ["an array", "[]"],
    ["a string", '"hello"'],
    [
      "a field of the wrong type",
      JSON.stringify({ ...valid, message: { ...message(2), body: 5 } }),
    ],
    ["a message without a field", JSON.stringify({ ...valid, message: incomplete })],
    ["an entry without a message", JSON.stringify({ ...valid, message: undefined })],
    ["the message of another key", JSON.stringify({ ...valid, message: message(7) })],
  ])(
    "An unreadable entry is dropped with a warning, and does not affect the others: %s",
    async (_, text) => {
      const device = deviceWith(1, 3);
      device.storage.setItem(keyOf(2), text);
      expect(await openStore(device).adopt()).toEqual(["1", "3"]);
      expect(device.storage.getItem(keyOf(2))).toBeNull();
      expect(warn).toHaveBeenCalledTimes(1);
    },
  );

  test("An entry that a later version of the page wrote is left to that version", async () => {
    const device = deviceWith(1, 3);
    const text = JSON.stringify({ ...valid, version: 2, message: { text: "hello" } });
    device.storage.setItem(keyOf(2), text);
    expect(await openStore(device).adopt()).toEqual(["1", "3"]);
    expect(device.storage.getItem(keyOf(2))).toBe(text);
    expect(warn).toHaveBeenCalledTimes(1);
  });
});

type Step = ["write" | "open" | "close" | "adopt" | "send", number];
const steps = fc.array(
  fc.tuple(fc.constantFrom("write", "open", "close", "adopt", "send"), fc.nat(20)),
) as fc.Arbitrary<Step[]>;

test("However tabs come and go, every message that is not sent is adopted by the last tab", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const device = createDevice();
      const tabs = [openStore(device)];
      const unsent = new Set<string>();
      let count = 0;
      for (const [step, n] of steps) {
        const tab = tabs[n % Math.max(1, tabs.length)];
        if (step === "open") tabs.push(openStore(device));
        else if (step === "adopt") await tab?.adopt();
        else if (step === "close" && tab) tabs.splice(tabs.indexOf(tab), 1)[0]?.closeTab();
        else if (step === "write" && tab) {
          tab.put(message(++count), null);
          unsent.add(`${count}`);
        } else if (step === "send" && tab) {
          const [first] = unsent;
          if (first) tab.remove(idOf(Number(first)));
          unsent.delete(first ?? "");
        }
      }
      for (const tab of tabs) tab.closeTab();
      expect(new Set(await openStore(device).adopt())).toEqual(unsent);
    }),
  );
});
