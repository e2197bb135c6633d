import { describe, expect, test } from "bun:test";
import { decideRelease, type Look, type ReleaseState, STARTING } from "./memory-release.ts";

const MIB = 1024 * 1024;
const quietAt = (mebibytes: number): Look => ({ cpuShare: 0.005, residentBytes: mebibytes * MIB });
const busyAt = (mebibytes: number): Look => ({ ...quietAt(mebibytes), cpuShare: 0.02 });

/** The releases that a sequence of looks leads to. */
function releases(...looks: readonly Look[]) {
  let state: ReleaseState = STARTING;
  return looks.map((look) => {
    const decision = decideRelease(state, look);
    ({ state } = decision);
    return decision.release;
  });
}

describe("decideRelease", () => {
  test("The code of the start is dropped in the first quiet moment, and only then", () => {
    expect(releases(busyAt(80), quietAt(80), quietAt(70), quietAt(70))).toEqual([
      undefined,
      "code",
      undefined,
      undefined,
    ]);
  });

  test("A process that is in use from its start on keeps its code", () => {
    const busy = Array.from({ length: 10 }, () => busyAt(80));
    expect(releases(...busy, quietAt(80))).toEqual(Array.from({ length: 11 }, () => undefined));
  });

  test("Memory that grew is released once, in the next quiet moment", () => {
    expect(
      releases(quietAt(80), quietAt(70), busyAt(90), quietAt(90), quietAt(75), quietAt(75)),
    ).toEqual(["code", undefined, undefined, "garbage", undefined, undefined]);
  });

  test("The memory that is left after a release is what later growth is measured by", () => {
    expect(releases(quietAt(80), quietAt(70), quietAt(90), quietAt(85), quietAt(90))).toEqual([
      "code",
      undefined,
      "garbage",
      undefined,
      undefined,
    ]);
  });

  test("Growth below a tenth is left, because a collection visits the whole heap", () => {
    expect(releases(quietAt(210), quietAt(200), quietAt(219), quietAt(220))).toEqual([
      "code",
      undefined,
      undefined,
      "garbage",
    ]);
  });
});
