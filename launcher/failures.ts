/** A test that failed, and what was printed since the one before it ended. */
export interface Failure {
  readonly name: string;
  readonly lines: readonly string[];
}

const RESULT = /^\((pass|fail|skip|todo)\) (.+?)(?: \[[\d.]+m?s\])?$/;
const FILE = /\.test\.tsx?:$/;
/** From here on `bun test` repeats what it has said. */
const REPETITION = /^\d+ tests? failed:$/;

/** Reads the failures out of what `bun test` reports: each error stands before the line that names its test. */
export function readFailures(output: string): Failure[] {
  const failures: Failure[] = [];
  let file = "";
  let lines: string[] = [];
  for (const line of Bun.stripANSI(output).split("\n")) {
    const [, result, test = ""] = RESULT.exec(line) ?? [];
    if (result === "fail") failures.push({ name: `${file} ${test}`, lines });
    if (REPETITION.test(line)) break;
    if (FILE.test(line)) file = line;
    if (result !== undefined || FILE.test(line)) lines = [];
    else lines.push(line);
  }
  return failures;
}
