import { expect, test } from "bun:test";
import type { ObjectStore } from "../storage/object-store.ts";
import { createAvatars } from "./avatars.ts";

const log = { warn() {} } as never;

/** A store with one object for each hash, that counts what it is asked. */
function storeOf(size: number): { store: ObjectStore; asked: string[] } {
  const asked: string[] = [];
  const store = {
    async get(key: string) {
      asked.push(key);
      if (key.endsWith("broken")) throw new Error("the store is away");
      return key.endsWith("missing") ? null : new Uint8Array(size);
    },
    put: async () => {},
    remove: async () => {},
    check: async () => {},
  };
  return { store, asked };
}

test("an avatar is read from the store once, then from memory", async () => {
  const { store, asked } = storeOf(3);
  const avatars = createAvatars({ store, log });
  const url = "data:image/webp;base64,AAAA";
  expect(await avatars.dataUrls(["one", "one"])).toEqual(new Map([["one", url]]));
  expect(await avatars.dataUrls(["one"])).toEqual(new Map([["one", url]]));
  expect(asked).toEqual(["avatars/one"]);
});

test("one that is missing, or can’t be read now, is left out", async () => {
  const avatars = createAvatars({ store: storeOf(3).store, log });
  const found = await avatars.dataUrls(["missing", "one", "broken"]);
  expect([...found.keys()]).toEqual(["one"]);
});

test("memory holds no more than allowed, and forgets what was not asked for longest", async () => {
  const { store, asked } = storeOf(300);
  const avatars = createAvatars({ store, log }, { cacheBytes: 1_000 });
  await avatars.dataUrls(["one"]);
  await avatars.dataUrls(["two"]);
  await avatars.dataUrls(["one"]);
  await avatars.dataUrls(["three"]);
  await avatars.dataUrls(["one"]);
  await avatars.dataUrls(["two"]);
  expect(asked).toEqual(["one", "two", "three", "two"].map((hash) => `avatars/${hash}`));
});

test("one that was taken away is forgotten", async () => {
  const { store, asked } = storeOf(3);
  const avatars = createAvatars({ store, log });
  await avatars.dataUrls(["one"]);
  await avatars.remove("one");
  await avatars.dataUrls(["one"]);
  expect(asked).toHaveLength(2);
});
