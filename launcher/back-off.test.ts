import { describe, expect, test } from "bun:test";
import { afterEnding } from "./back-off.ts";

const quickly = { code: 1, ranFor: 50 };

describe("afterEnding", () => {
  test("pauses 0.1 s after the first failure and doubles up to 10 s", () => {
    const pauses: number[] = [];
    for (let failures = 0; failures < 9; ) {
      const verdict = afterEnding(failures, true, quickly);
      if (verdict.kind !== "restart") throw new Error(`gave up after ${failures}`);
      failures = verdict.failures;
      pauses.push(verdict.pause);
    }
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  });

  test("forgets earlier failures of a process that ran for 30 s", () => {
    const ending = { code: null, ranFor: 30_000 };
    expect(afterEnding(7, true, ending)).toEqual({ kind: "restart", failures: 1, pause: 100 });
    expect(afterEnding(7, true, { ...ending, ranFor: 29_999 })).toMatchObject({ failures: 8 });
  });

  test("gives up at the fifth failure in a row when nothing was ever ready", () => {
    expect(afterEnding(3, false, quickly)).toMatchObject({ kind: "restart" });
    expect(afterEnding(4, false, quickly)).toEqual({ kind: "give_up", code: 1 });
  });

  test("never gives up on a process that has been ready", () => {
    expect(afterEnding(1_000, true, quickly)).toMatchObject({ kind: "restart", pause: 10_000 });
  });

  test("starts again after a clean end that nobody asked for", () => {
    expect(afterEnding(0, true, { code: 0, ranFor: 1_000 })).toMatchObject({ kind: "restart" });
  });

  test("ends with 78 when a process calls its settings wrong", () => {
    const ending = { code: 78, ranFor: 60_000 };
    expect(afterEnding(0, true, ending)).toEqual({ kind: "give_up", code: 78 });
  });
});
