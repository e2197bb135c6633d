import { beforeEach, describe, expect, test } from "bun:test";
import type { RateLimitStore } from "../rate-limit-store.ts";

/** A store whose windows last one second, and what lets time pass for it. */
export interface StoreUnderTest {
  readonly store: RateLimitStore;
  readonly pass: (ms: number) => void | Promise<void>;
}

/** Tests that every implementation of {@link RateLimitStore} passes. */
export function testRateLimitStore(
  name: string,
  create: () => StoreUnderTest | Promise<StoreUnderTest>,
): void {
  describe(`rate-limit store (${name})`, () => {
    let store: RateLimitStore;
    let pass: StoreUnderTest["pass"];
    beforeEach(async () => {
      ({ store, pass } = await create());
    });
    const increment = async (key: string) => (await store.increment(key)).totalHits;

    test("A window starts with the first request of a key and ends a second later", async () => {
      expect(await increment("ann")).toBe(1);
      await pass(900);
      expect(await increment("ann")).toBe(2);
      await pass(100);
      expect(await increment("ann")).toBe(1);
    });

    test("The end of a window stays the same while it is counted in", async () => {
      const { resetTime } = await store.increment("ann");
      await pass(100);
      expect((await store.increment("ann")).resetTime).toEqual(resetTime);
    });

    test("Each key has a count of its own", async () => {
      await increment("ann");
      expect(await increment("ben")).toBe(1);
    });

    test("A decrement takes one request back, and never below zero", async () => {
      await increment("ann");
      await increment("ann");
      await store.decrement("ann");
      expect(await increment("ann")).toBe(2);
      await store.decrement("ben");
      expect(await increment("ben")).toBe(1);
    });

    test("A key that is reset starts a new window", async () => {
      await increment("ann");
      await store.resetKey("ann");
      expect(await increment("ann")).toBe(1);
    });
  });
}
