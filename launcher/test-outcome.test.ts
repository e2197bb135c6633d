import { describe, expect, test } from "bun:test";
import { type FinishedRun, outcomeOf } from "./test-outcome.ts";

const REPORT = `
<testsuites name="bun test">
  <testsuite name="a.test.ts" file="a.test.ts">
    <testcase name="one" file="a.test.ts" />
    <testcase name="two" file="a.test.ts"><skipped /></testcase>
    <testcase name="three" file="a.test.ts"><failure message="m">Error: boom</failure></testcase>
  </testsuite>
</testsuites>
`;
const GREEN = REPORT.replace(/<failure.*<\/failure>/, "");

function run(changes: Partial<FinishedRun>): FinishedRun {
  return { name: "unit", files: ["a.test.ts"], end: 0, report: GREEN, output: "", ...changes };
}

describe("the outcome of a run", () => {
  test("The outcome of a run counts the tests of the report", () => {
    expect(outcomeOf(run({}))).toEqual({
      tally: { passed: 2, failed: 0, skipped: 1 },
      failures: [],
    });
  });

  test("The outcome of a run names a failed test with its file and its message", () => {
    expect(outcomeOf(run({ report: REPORT, end: 1 }))).toEqual({
      tally: { passed: 1, failed: 1, skipped: 1 },
      failures: [{ name: "a.test.ts: three", message: "Error: boom" }],
    });
  });

  test("A file without a report is counted as a failure, with the output of the file", () => {
    const output =
      "a.test.ts:\n(pass) one\n\n\u001b[0mb.test.ts:\nno module\n\na.test.ts:\nlater\n";
    const { tally, failures } = outcomeOf(
      run({ files: ["a.test.ts", "b.test.ts"], end: 1, output }),
    );
    expect(tally).toEqual({ passed: 2, failed: 1, skipped: 1 });
    expect(failures).toEqual([{ name: "b.test.ts reports no test", message: "no module" }]);
  });

  test("Every file is counted as a failure when the process was killed before its report", () => {
    const { tally } = outcomeOf(
      run({ files: ["a.test.ts", "b.test.ts"], end: "SIGKILL", report: "" }),
    );
    expect(tally).toEqual({ passed: 0, failed: 2, skipped: 0 });
  });

  test("A run that failed without a failed test is counted as a failure", () => {
    const { tally, failures } = outcomeOf(run({ end: 1, output: "an error between tests" }));
    expect(tally).toEqual({ passed: 2, failed: 1, skipped: 1 });
    expect(failures).toEqual([{ name: "“unit” ended with 1", message: "an error between tests" }]);
  });
});
