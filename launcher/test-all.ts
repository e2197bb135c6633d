import { checkAll, print } from "./check-all.ts";
import { type Failure, readFailures } from "./failures.ts";
import { buildPage } from "./prepare.ts";
import { lastLine, readTally, sum, type Tally } from "./tally.ts";
import type { TestParts } from "./test-parts.ts";
import { type TestRun, testRuns } from "./test-runs.ts";

/** A run that is silent for so long hangs: longer than any one test may take, in milliseconds. */
const SILENCE = 330_000;

/** So much of what a failed test printed last is told again at the end. */
const LINES_A_FAILURE = 40;

interface Outcome {
  readonly tally: Tally;
  readonly failures: readonly Failure[];
}

/**
 * Runs every test there is, or those whose path holds one of the words; the last line tells the sum.
 * Where `CI` is set nothing may be left out: what is missing has failed.
 * @returns the exit code.
 */
export async function testAll(
  root: string,
  parts: TestParts,
  words: readonly string[],
): Promise<number> {
  const isCi = Boolean(process.env["CI"]);
  const outcomes = [tellMissing(parts, isCi), await build(root)];
  if (words.length === 0) outcomes.push(await runChecks(root));
  for (const run of testRuns(root, words)) outcomes.push(await runTests(root, run, parts));
  tellAgain(outcomes.flatMap(({ failures }) => failures));
  const total = sum(outcomes.map(({ tally }) => tally));
  const skippedInCi = isCi && total.skipped > 0;
  if (skippedInCi) console.log("\nWith CI set nothing may be skipped.");
  console.log(`\n${lastLine(total)}`);
  return total.failed > 0 || total.passed === 0 || skippedInCi ? 1 : 0;
}

/** What failed stands far above by now; whoever reads only the end of a long log should see it. */
function tellAgain(failures: readonly Failure[]): void {
  if (failures.length > 0) console.log("\n== failed");
  for (const { name, lines } of failures) {
    console.log([...lines.slice(-LINES_A_FAILURE), `(fail) ${name}`].join("\n"));
  }
}

function tellMissing({ missing }: TestParts, isCi: boolean): Outcome {
  for (const what of missing) console.log(`${isCi ? "failed" : "skipped"}: ${what}`);
  return counted(0, isCi ? missing.map((name) => ({ name, lines: [] })) : []);
}

/** Counted only when it fails: a page that can't be built has failed, and all else is still told. */
async function build(root: string): Promise<Outcome> {
  return counted(0, (await buildPage(root)) ? [] : [{ name: "the build of the page", lines: [] }]);
}

async function runChecks(root: string): Promise<Outcome> {
  console.log("\n== check");
  const results = await checkAll(root);
  for (const result of results) print(result);
  const failed = results.filter((result) => !result.passed);
  return counted(
    results.length - failed.length,
    failed.map(({ name, output }) => ({ name, lines: output.split("\n") })),
  );
}

function counted(passed: number, failures: readonly Failure[]): Outcome {
  return { tally: { passed, failed: failures.length, skipped: 0 }, failures };
}

async function runTests(root: string, run: TestRun, { env }: TestParts): Promise<Outcome> {
  console.log(`\n== ${run.name}`);
  const paths = run.files.map((file) => `./${file}`);
  const bun = [process.execPath, "--no-env-file", "--no-orphans", "test", ...run.options, ...paths];
  const colours = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  const child = Bun.spawn(bun, {
    cwd: root,
    env: { ...process.env, ...colours, ...env },
    stdio: ["ignore", "inherit", "pipe"],
  });
  const hangs = setTimeout(() => child.kill("SIGKILL"), SILENCE);
  const output = await passedOn(child.stderr, () => hangs.refresh());
  const exitCode = await child.exited;
  clearTimeout(hangs);
  const tally = readTally(output, exitCode);
  if (exitCode === 0) return { tally, failures: [] };
  const end = `“${run.name}” ended with ${exitCode ?? child.signalCode}`;
  console.log(end);
  const failures = readFailures(output);
  return {
    tally,
    failures: failures.length > 0 ? failures : [{ name: end, lines: output.split("\n") }],
  };
}

/** Shows what `bun test` reports, as it comes, and remembers it. */
async function passedOn(stream: ReadableStream<Uint8Array>, heard: () => void): Promise<string> {
  const decoder = new TextDecoder();
  let output = "";
  for await (const chunk of stream) {
    heard();
    process.stdout.write(chunk);
    output += decoder.decode(chunk, { stream: true });
  }
  return output;
}
