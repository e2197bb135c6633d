import { expect, test } from "bun:test";
import { createMemoryStorage } from "../../testing/memory-device.ts";
import { createLocalStore } from "./local-store.ts";

test("Another visit reads a stored value, under the same prefix only", () => {
  const shared = createMemoryStorage();
  createLocalStore(shared, () => "draft.mira.").set("1", "hello");
  expect(createLocalStore(shared, () => "draft.mira.").get("1")).toBe("hello");
  expect(createLocalStore(shared, () => "draft.mira.").entries()).toEqual([["1", "hello"]]);
  expect(createLocalStore(shared, () => "draft.tomas.").entries()).toEqual([]);
});

test("A value that another tab changed or deleted is not restored", () => {
  const shared = createMemoryStorage();
  const [here, there] = [
    createLocalStore(shared, () => "draft."),
    createLocalStore(shared, () => "draft."),
  ];
  here.set("1", "boats");
  there.set("1", "boats on the water");
  expect(here.get("1")).toBe("boats on the water");
  there.delete("1");
  expect(here.get("1")).toBeNull();
});

test("Clearing a store leaves the values of other prefixes", () => {
  const shared = createMemoryStorage();
  const [mine, theirs] = ["a.", "b."].map((prefix) => createLocalStore(shared, () => prefix));
  mine?.set("1", "x");
  theirs?.set("1", "y");
  mine?.clear();
  expect(mine?.get("1")).toBeNull();
  expect(theirs?.get("1")).toBe("y");
});

test("A value without storage, or with a full one, is kept for this visit", () => {
  const full = {
    ...createMemoryStorage(),
    setItem: () => {
      throw new Error("full");
    },
  } as unknown as Storage;
  for (const where of [null, full]) {
    const keep = createLocalStore(where, () => "draft.");
    keep.set("1", "hello");
    expect(keep.get("1")).toBe("hello");
    expect(keep.entries()).toEqual([["1", "hello"]]);
    keep.clear();
    expect(keep.get("1")).toBeNull();
  }
});
