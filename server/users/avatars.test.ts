import { expect, test } from "bun:test";
import { createAvatars } from "./avatars.ts";

const log = { warn() {} } as never;

/** A store that has an object of `size` bytes for each key, and records the keys it is asked for. */
function storeOf(size: number) {
  const requested: string[] = [];
  const objects = {
    async get(key: string) {
      requested.push(key);
      if (key.endsWith("broken")) throw new Error("the store is away");
      if (key.endsWith("missing")) return null;
      const body = new Blob([new Uint8Array(size)]).stream();
      return { size, length: size, type: "image/webp", body };
    },
    put: async () => {},
    remove: async () => {},
  };
  return { objects, requested };
}

test("An avatar is read from the store once and then from the cache", async () => {
  const { objects, requested } = storeOf(3);
  const avatars = createAvatars({ objects, log });
  const url = "data:image/webp;base64,AAAA";
  expect(await avatars.dataUrls(["one", "one"])).toEqual(new Map([["one", url]]));
  expect(await avatars.dataUrls(["one"])).toEqual(new Map([["one", url]]));
  expect(requested).toEqual(["avatars/one"]);
});

test("An avatar that is missing or can’t be read is left out", async () => {
  const avatars = createAvatars({ objects: storeOf(3).objects, log });
  const found = await avatars.dataUrls(["missing", "one", "broken"]);
  expect([...found.keys()]).toEqual(["one"]);
});

test("The cache stays within its size and evicts the least recently used avatar", async () => {
  const { objects, requested } = storeOf(300);
  const avatars = createAvatars({ objects, log }, { cacheBytes: 1_000 });
  await avatars.dataUrls(["one"]);
  await avatars.dataUrls(["two"]);
  await avatars.dataUrls(["one"]);
  await avatars.dataUrls(["three"]);
  await avatars.dataUrls(["one"]);
  await avatars.dataUrls(["two"]);
  expect(requested).toEqual(["one", "two", "three", "two"].map((hash) => `avatars/${hash}`));
});

test("A removed avatar is removed from the cache", async () => {
  const { objects, requested } = storeOf(3);
  const avatars = createAvatars({ objects, log });
  await avatars.dataUrls(["one"]);
  await avatars.remove("one");
  await avatars.dataUrls(["one"]);
  expect(requested).toHaveLength(2);
});
