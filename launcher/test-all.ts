import { checkAll, print } from "./check-all.ts";
import { buildPage } from "./prepare.ts";
import { lastLine, readTally, sum, type Tally } from "./tally.ts";
import type { TestParts } from "./test-parts.ts";
import { type TestRun, testRuns } from "./test-runs.ts";

/** A run that is silent for so long hangs: longer than any one test may take, in milliseconds. */
const SILENCE = 180_000;

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
  const tallies = [tellMissing(parts, isCi), await build(root)];
  if (words.length === 0) tallies.push(await runChecks(root));
  for (const run of testRuns(root, words)) tallies.push(await runTests(root, run, parts));
  const total = sum(tallies);
  const skippedInCi = isCi && total.skipped > 0;
  if (skippedInCi) console.log("\nWith CI set nothing may be skipped.");
  console.log(`\n${lastLine(total)}`);
  return total.failed > 0 || total.passed === 0 || skippedInCi ? 1 : 0;
}

function tellMissing({ missing }: TestParts, isCi: boolean): Tally {
  for (const what of missing) console.log(`${isCi ? "failed" : "skipped"}: ${what}`);
  return { passed: 0, failed: isCi ? missing.length : 0, skipped: 0 };
}

/** Counted only when it fails: a page that can't be built has failed, and all else is still told. */
async function build(root: string): Promise<Tally> {
  return { passed: 0, failed: (await buildPage(root)) ? 0 : 1, skipped: 0 };
}

async function runChecks(root: string): Promise<Tally> {
  console.log("\n== check");
  const results = await checkAll(root);
  for (const result of results) print(result);
  const passed = results.filter((result) => result.passed).length;
  return { passed, failed: results.length - passed, skipped: 0 };
}

async function runTests(root: string, run: TestRun, { env }: TestParts): Promise<Tally> {
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
  if (exitCode !== 0) console.log(`“${run.name}” ended with ${exitCode ?? child.signalCode}`);
  return tally;
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
