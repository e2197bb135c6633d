import { describe, expect, test } from "bun:test";
import type { Refusal } from "../../http/problem.ts";
import type { KeyRate, KeyRateLimits } from "../key-rate.ts";

type CreateKeyRate = (limits: KeyRateLimits, now: () => number) => KeyRate & Disposable;

/** Describes what every implementation of {@link KeyRate} does. */
export function describeKeyRate(name: string, create: CreateKeyRate): void {
  const open = (max: number, now: () => number) =>
    create({ max, windowMs: 1_000, detail: "Too often." }, now);

  /** @returns null when the key may act, or the seconds until it may. */
  async function take(rate: KeyRate, key = "ann"): Promise<number | null | undefined> {
    try {
      await rate.take(key);
      return null;
    } catch (error) {
      expect((error as Refusal).code).toBe("rate_limited");
      return (error as Refusal).extra.retryAfter;
    }
  }

  describe(name, () => {
    test("No window, wherever it begins, holds more than the limit", async () => {
      let now = 0;
      using rate = open(3, () => now);
      const passed: number[] = [];
      for (; now < 5_000; now += 90) if ((await take(rate)) === null) passed.push(now);
      for (const start of passed)
        expect(passed.filter((at) => at >= start && at < start + 1_000).length).toBeLessThanOrEqual(
          3,
        );
      expect(passed.length).toBeGreaterThanOrEqual(14);
    });

    test("A refused key may act after the seconds that the refusal names", async () => {
      let now = 0;
      using rate = open(2, () => now);
      await take(rate);
      now = 400;
      await take(rate);
      now = 500;
      expect(await take(rate)).toBe(0.5);
      now = 1_000;
      expect(await take(rate)).toBeNull();
    });

    test("Each key has a limit of its own", async () => {
      using rate = open(1, () => 0);
      expect(await take(rate, "ann")).toBeNull();
      expect(await take(rate, "ann")).toBe(1);
      expect(await take(rate, "bob")).toBeNull();
    });
  });
}
