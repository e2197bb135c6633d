import { checkAll, print } from "./check-all.ts";
import { buildPage } from "./prepare.ts";
import { runTestGroup } from "./run-test-group.ts";
import { lastLine, sumTallies } from "./tally.ts";
import { type TestGroup, testPhases } from "./test-groups.ts";
import { countedOutcome, type Failure, type Outcome, outcomeOf } from "./test-outcome.ts";
import type { TestParts } from "./test-parts.ts";

/** Of a message that is longer, the last lines are repeated. */
const MAX_LINES_PER_FAILURE = 40;

/**
 * Runs all tests, or those whose path holds one of the words, and prints the totals in the last line.
 * With `CI` set, a part that the machine lacks and a skipped test count as failures.
 * @returns the exit code.
 */
export async function testAll(
  root: string,
  parts: TestParts,
  words: readonly string[],
): Promise<number> {
  const isCi = Boolean(process.env["CI"]);
  const outcomes = [printMissing(parts, isCi), await build(root)];
  if (words.length === 0) outcomes.push(await runChecks(root));
  for (const lanes of testPhases(root, words)) {
    const running = lanes.map((lane, index) => runLane(lane, { root, parts, isLive: index === 0 }));
    outcomes.push(...(await Promise.all(running)).flat());
  }
  printFailures(outcomes.flatMap(({ failures }) => failures));
  const total = sumTallies(outcomes.map(({ tally }) => tally));
  const skippedInCi = isCi && total.skipped > 0;
  if (skippedInCi) console.log("\nWith CI set nothing may be skipped.");
  console.log(`\n${lastLine(total)}`);
  return total.failed > 0 || total.passed === 0 || skippedInCi ? 1 : 0;
}

/** Repeats the failures at the end, because the log before them is long. */
function printFailures(failures: readonly Failure[]): void {
  if (failures.length > 0) console.log("\n== failed");
  for (const { name, message } of failures) {
    const lines = message.split("\n").slice(-MAX_LINES_PER_FAILURE);
    console.log([...lines, `(fail) ${name}`].join("\n"));
  }
}

function printMissing({ missing }: TestParts, isCi: boolean): Outcome {
  for (const line of missing) console.log(`${isCi ? "failed" : "skipped"}: ${line}`);
  return countedOutcome(0, isCi ? missing.map((name) => ({ name, message: "" })) : []);
}

/** A build that fails counts as a failure, and the tests run nevertheless; one that succeeds is no test. */
async function build(root: string): Promise<Outcome> {
  const isBuilt = await buildPage(root);
  return countedOutcome(0, isBuilt ? [] : [{ name: "the build of the page", message: "" }]);
}

async function runChecks(root: string): Promise<Outcome> {
  console.log("\n== check");
  const results = await checkAll(root);
  for (const result of results) print(result);
  const failed = results.filter(({ passed }) => !passed);
  return countedOutcome(
    results.length - failed.length,
    failed.map(({ name, output }) => ({ name, message: output })),
  );
}

interface LaneOptions {
  readonly root: string;
  readonly parts: TestParts;
  /** Whether output is printed as it comes; that of other lanes is printed when a group has ended. */
  readonly isLive: boolean;
}

async function runLane(
  groups: readonly TestGroup[],
  { root, parts: { env }, isLive }: LaneOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const group of groups) {
    const held: Uint8Array[] = [];
    const heading = `\n== ${group.name}\n`;
    if (isLive) process.stdout.write(heading);
    const write = (chunk: Uint8Array) =>
      isLive ? void process.stdout.write(chunk) : void held.push(chunk);
    const run = await runTestGroup(group, { root, env, write });
    if (!isLive) process.stdout.write(Buffer.concat([Buffer.from(heading), ...held]));
    if (run.end !== 0) console.log(`“${group.name}” ended with ${run.end}`);
    outcomes.push(outcomeOf(run));
  }
  return outcomes;
}
