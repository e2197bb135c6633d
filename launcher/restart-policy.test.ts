import { describe, expect, test } from "bun:test";
import { decideRestart } from "./restart-policy.ts";

const earlyExit = { code: 1, ranForMs: 50 };

describe("decideRestart", () => {
  test("The pause is 0.1 s after the first failure and doubles up to 10 s", () => {
    const pauses: number[] = [];
    for (let failures = 0; failures < 9; ) {
      const decision = decideRestart(failures, true, earlyExit);
      if (decision.kind !== "restart") throw new Error(`gave up after ${failures}`);
      failures = decision.failures;
      pauses.push(decision.pauseMs);
    }
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  });

  test("A run of 30 s resets the count of failures", () => {
    const exit = { code: null, ranForMs: 30_000 };
    expect(decideRestart(7, true, exit)).toEqual({ kind: "restart", failures: 1, pauseMs: 100 });
    expect(decideRestart(7, true, { ...exit, ranForMs: 29_999 })).toMatchObject({ failures: 8 });
  });

  test("A program that was never ready is given up at its fifth failure in a row", () => {
    expect(decideRestart(3, false, earlyExit)).toMatchObject({ kind: "restart" });
    expect(decideRestart(4, false, earlyExit)).toEqual({ kind: "give_up", code: 1 });
  });

  test("A program that ran for 30 s without being ready is given up", () => {
    const exit = { code: 1, ranForMs: 60_000 };
    expect(decideRestart(0, false, exit)).toEqual({ kind: "give_up", code: 1 });
    expect(decideRestart(0, true, exit)).toMatchObject({ kind: "restart" });
  });

  test("A program that has been ready is never given up", () => {
    expect(decideRestart(1_000, true, earlyExit)).toMatchObject({
      kind: "restart",
      pauseMs: 10_000,
    });
  });

  test("An unexpected exit with code 0 is followed by a restart", () => {
    expect(decideRestart(0, true, { code: 0, ranForMs: 1_000 })).toMatchObject({ kind: "restart" });
  });

  test("A program whose settings are wrong is given up with exit code 78", () => {
    const exit = { code: 78, ranForMs: 60_000 };
    expect(decideRestart(0, true, exit)).toEqual({ kind: "give_up", code: 78 });
  });
});
