import { expect, test } from "bun:test";
import { loadOnce } from "./load-once.ts";

test("Calls share one attempt, and the part is there afterwards", async () => {
  let fetches = 0;
  const { load, loaded } = loadOnce(async () => ++fetches);
  expect(loaded()).toBeUndefined();
  await Promise.all([load(), load()]);
  await load();
  expect(loaded()).toBe(1);
});

test("A call after a failure tries again", async () => {
  let isOnline = false;
  const { load, loaded } = loadOnce(async () => {
    if (!isOnline) throw new TypeError("Failed to fetch dynamically imported module");
    return "part";
  });
  await expect(load()).rejects.toThrow(TypeError);
  isOnline = true;
  await load().catch(() => {});
  await load();
  expect(loaded()).toBe("part");
});
