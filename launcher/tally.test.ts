import { describe, expect, test } from "bun:test";
import { lastLine, readTally, sum } from "./tally.ts";

const OUTPUT = `
a.test.ts:
(pass) prints a misleading summary
 9 pass
(skip) two

 12 pass
 2 skip
 1 todo
 3 fail
 1 error
 40 expect() calls
Ran 18 tests across 4 files. [39.00ms]
`;

describe("readTally", () => {
  test("counts what bun test says at the end, errors among the failures", () => {
    expect(readTally(OUTPUT, 1)).toEqual({ passed: 12, failed: 4, skipped: 3 });
  });

  test("reads coloured output", () => {
    const output = "\n\u001b[32m 7 pass\u001b[0m\n 0 fail\nRan 7 tests across 1 file.\n";
    expect(readTally(output, 0)).toEqual({ passed: 7, failed: 0, skipped: 0 });
  });

  test("fails a run that broke off before its summary", () => {
    expect(readTally("a.test.ts:\n(pass) one\n 9 pass\n", 3)).toMatchObject({ failed: 1 });
  });

  test("fails a run without a single test", () => {
    const output = "\n 0 pass\n 0 fail\nRan 0 tests across 1 file.\n";
    expect(readTally(output, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test("fails a run that ended badly though no test failed", () => {
    const output = "\n 7 pass\n 0 fail\nRan 7 tests across 1 file.\n";
    expect(readTally(output, null)).toEqual({ passed: 7, failed: 1, skipped: 0 });
  });
});

test("the last line names what was skipped only where something was", () => {
  const runs = [
    { passed: 3, failed: 0, skipped: 0 },
    { passed: 4, failed: 1, skipped: 0 },
  ];
  expect(lastLine(sum(runs))).toBe("7 passed, 1 failed");
  expect(lastLine(sum([...runs, { passed: 0, failed: 0, skipped: 2 }]))).toBe(
    "7 passed, 1 failed, 2 skipped",
  );
});
