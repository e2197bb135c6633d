import { expect, test } from "bun:test";
import { lastLine, sumTallies } from "./tally.ts";

test("The last line names skipped tests only when there are some", () => {
  const tallies = [
    { passed: 3, failed: 0, skipped: 0 },
    { passed: 4, failed: 1, skipped: 0 },
  ];
  expect(lastLine(sumTallies(tallies))).toBe("7 passed, 1 failed");
  expect(lastLine(sumTallies([...tallies, { passed: 0, failed: 0, skipped: 2 }]))).toBe(
    "7 passed, 1 failed, 2 skipped",
  );
});
