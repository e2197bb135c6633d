import { expect, test } from "bun:test";
import { Refusal } from "@parley/platform/http/problem";
import { createBoundedStore } from "./bounded-store.ts";
import { createGuardedStore, type FailurePolicy } from "./guarded-store.ts";

function failingStore(policy: FailurePolicy, isAsync = true) {
  const failures: unknown[] = [];
  const error = new Error("gone");
  const failing = {
    ...createBoundedStore({ windowMs: 1_000 }),
    increment() {
      if (isAsync) return Promise.reject(error);
      throw error;
    },
  };
  const store = createGuardedStore(failing, policy, (failure) => failures.push(failure));
  return { store, error, failures };
}

test.each([true, false])(
  "A store that fails counts nothing and reports its failure (asynchronous: %p)",
  async (isAsync) => {
    const { store, error, failures } = failingStore("allow", isAsync);
    expect(await store.increment("ann")).toEqual({ totalHits: 0 });
    expect(failures).toEqual([error]);
  },
);

test("A request that must be counted is refused when the store fails", async () => {
  const { store, error, failures } = failingStore("refuse");
  const refusal = await Promise.resolve(store.increment("ann")).catch((error) => error);
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal.code).toBe("unavailable");
  expect(failures).toEqual([error]);
});

test("A store that works counts as without a guard", async () => {
  const store = createGuardedStore(createBoundedStore({ windowMs: 1_000 }), "refuse", () => {});
  await store.increment("ann");
  expect((await store.increment("ann")).totalHits).toBe(2);
});
