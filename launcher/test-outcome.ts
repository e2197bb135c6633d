import { readJunitReport, type TestCase } from "./junit-report.ts";
import type { Tally } from "./tally.ts";

export interface Failure {
  readonly name: string;
  readonly message: string;
}

export interface Outcome {
  readonly tally: Tally;
  readonly failures: readonly Failure[];
}

/** A finished process of `bun test`. */
export interface FinishedRun {
  readonly name: string;
  /** The files that it was given. */
  readonly files: readonly string[];
  /** The exit code, or the signal that ended the process. */
  readonly end: number | string;
  /** The JUnit report; empty when there is none. */
  readonly report: string;
  /** What the process printed. */
  readonly output: string;
}

/**
 * Judges a run by its report and its end. A file that the report does not name did not load, ended the
 * process or held no test, and counts as one failure; so does a run that failed without a failed test.
 */
export function outcomeOf(run: FinishedRun): Outcome {
  const cases = readJunitReport(run.report);
  const reported = new Set(cases.map(({ file }) => file));
  const unreported = run.files.filter((file) => !reported.has(file));
  const failures = [
    ...cases.filter(({ result }) => result === "failed").map(failureOf),
    ...unreported.map((file) => ({
      name: `${file} reports no test`,
      message: outputOfFile(file, run),
    })),
  ];
  if (run.end !== 0 && failures.length === 0)
    failures.push({ name: `“${run.name}” ended with ${run.end}`, message: run.output });
  const count = (result: TestCase["result"]) => cases.filter((one) => one.result === result).length;
  return {
    tally: { passed: count("passed"), failed: failures.length, skipped: count("skipped") },
    failures,
  };
}

/** An outcome that consists of failures alone, and of checks that passed. */
export function countedOutcome(passed: number, failures: readonly Failure[]): Outcome {
  return { tally: { passed, failed: failures.length, skipped: 0 }, failures };
}

function failureOf({ file, name, message }: TestCase): Failure {
  return { name: `${file}: ${name}`, message };
}

/** What was printed below the headings of one file: `bun test` prints one at each change of the file. */
function outputOfFile(file: string, { files, output }: FinishedRun): string {
  const headings = new Set(files.map((name) => `${name}:`));
  const lines: string[] = [];
  let isInFile = false;
  for (const line of Bun.stripANSI(output).split("\n")) {
    if (headings.has(line)) isInFile = line === `${file}:`;
    else if (isInFile) lines.push(line);
  }
  return lines.join("\n").trim();
}
