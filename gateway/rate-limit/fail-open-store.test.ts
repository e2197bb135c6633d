import { expect, test } from "bun:test";
import { createBoundedStore } from "./bounded-store.ts";
import { createFailOpenStore } from "./fail-open-store.ts";

test("a store that fails counts nothing, and says so", async () => {
  const failures: unknown[] = [];
  const broken = createBoundedStore({ windowMs: 1_000 });
  const error = new Error("gone");
  const store = createFailOpenStore(
    {
      ...broken,
      increment: async () => {
        throw error;
      },
    },
    (failure) => failures.push(failure),
  );
  expect(await store.increment("ann")).toEqual({ totalHits: 0 });
  expect(failures).toEqual([error]);
});

test("a store that works counts as ever", async () => {
  const store = createFailOpenStore(createBoundedStore({ windowMs: 1_000 }), () => {});
  await store.increment("ann");
  expect((await store.increment("ann")).totalHits).toBe(2);
});
