import { expect, test } from "bun:test";
import { Refusal } from "@parley/platform/http/problem";
import { createBoundedStore } from "./bounded-store.ts";
import { createGuardedStore, type WhenBroken } from "./guarded-store.ts";

function brokenStore(whenBroken: WhenBroken, isAsync = true) {
  const failures: unknown[] = [];
  const error = new Error("gone");
  const broken = {
    ...createBoundedStore({ windowMs: 1_000 }),
    increment() {
      if (isAsync) return Promise.reject(error);
      throw error;
    },
  };
  const store = createGuardedStore(broken, whenBroken, (failure) => failures.push(failure));
  return { store, error, failures };
}

test.each([true, false])(
  "a store that fails counts nothing, and says so (later: %p)",
  async (isAsync) => {
    const { store, error, failures } = brokenStore("let through", isAsync);
    expect(await store.increment("ann")).toEqual({ totalHits: 0 });
    expect(failures).toEqual([error]);
  },
);

test("where it must count, its failure refuses", async () => {
  const { store, error, failures } = brokenStore("refuse");
  const refusal = await Promise.resolve(store.increment("ann")).catch((error) => error);
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal.code).toBe("unavailable");
  expect(failures).toEqual([error]);
});

test("a store that works counts as ever", async () => {
  const store = createGuardedStore(createBoundedStore({ windowMs: 1_000 }), "refuse", () => {});
  await store.increment("ann");
  expect((await store.increment("ann")).totalHits).toBe(2);
});
