import { describe, expect, test } from "bun:test";
import type { Refusal } from "@parley/platform/http/problem";
import type { MessageRate } from "../message-rate.ts";

type OpenMessageRate = (perSecond: number, now: () => number) => MessageRate & Disposable;

/** Describes what every implementation of {@link MessageRate} does. */
export function describeMessageRate(name: string, open: OpenMessageRate): void {
  /** @returns null when the message may be sent, or the seconds until the next may be. */
  async function take(rate: MessageRate, user = "ann"): Promise<number | null | undefined> {
    try {
      await rate.take(user);
      return null;
    } catch (error) {
      expect((error as Refusal).code).toBe("rate_limited");
      return (error as Refusal).extra.retryAfter;
    }
  }

  describe(name, () => {
    test("No second, wherever it begins, holds more messages than the limit", async () => {
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

    test("A refused user may send after the seconds that the refusal names", async () => {
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

    test("Each user has a limit of their own", async () => {
      using rate = open(1, () => 0);
      expect(await take(rate, "ann")).toBeNull();
      expect(await take(rate, "ann")).toBe(1);
      expect(await take(rate, "bob")).toBeNull();
    });
  });
}
