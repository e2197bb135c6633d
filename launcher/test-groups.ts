import { availableParallelism } from "node:os";

/** Test files that one process of `bun test` runs. */
export interface TestGroup {
  readonly name: string;
  readonly options: readonly string[];
  readonly files: readonly string[];
}

const IGNORED = /^(node_modules|data)\/|\/node_modules\//;

/** Tests that measure what attackers do to the time and memory of others. */
const ATTACKS = /^test\/(?:abuse|crash\/hostile)\b/;
/** The longest tests: faults round by round, and restarts under traffic. */
const LONG = /^test\/(?:crash\/torture|soak)\b/;
/** Other tests that kill processes, fill disks and hold connections. */
const FAULTS = /^test\/(?:crash|security\/slow-clients)\b/;

/** Processes that tests start wait most of the time: for each other, for timers, for a page. */
const PROCESS_WORKERS_PER_PROCESSOR = 2;
/** Attacks on processor time (hashes, pictures, searches, floods), of which two at once would leave none. */
const PROCESSOR_ATTACKS = /\b(?:login|profile|search|hostile)\b/;

const UNIT_TIMEOUT_MS = 30_000;
const PROCESS_TIMEOUT_MS = 120_000;

/**
 * Divides all tests, or those whose path holds one of the words, into groups, the groups into lanes, and
 * the lanes into phases. The lanes of a phase run at once, the groups of a lane one after the other.
 *
 * Tests of a workspace keep a processor busy. Tests in `test/` start processes and wait for them, so
 * that two lanes of faults, one file at a time, fit beside them. Attacks run in the end, two at a time,
 * because their bounds are times, which more tests would lengthen: one on processor time beside one
 * that takes little of it.
 */
export function testPhases(root: string, words: readonly string[]): TestGroup[][][] {
  const files = testFiles(root, words);
  const byKind = Object.groupBy(files, kindOf);
  const { client = [], unit = [], process = [], fault = [], long = [], attack = [] } = byKind;
  const workers = availableParallelism();
  const parallel: TestGroup[] = [
    { name: "units", options: [...timeout(UNIT_TIMEOUT_MS), parallelism(workers)], files: unit },
    {
      name: "units of the page",
      // Without the condition Bun takes the build of Solid that is made for servers.
      options: [...timeout(UNIT_TIMEOUT_MS), parallelism(workers), "--conditions=browser"],
      files: client,
    },
    {
      name: "processes",
      options: [
        ...timeout(PROCESS_TIMEOUT_MS),
        parallelism(workers * PROCESS_WORKERS_PER_PROCESSOR),
      ],
      files: process,
    },
  ];
  const inUse = parallel.filter((group) => group.files.length > 0);
  const attacks = Object.values(
    Object.groupBy(attack, (file) => (PROCESSOR_ATTACKS.test(file) ? "processor" : "other")),
  );
  const phases = [
    [inUse, fault.map(groupOfOne), long.map(groupOfOne)],
    attacks.map((files = []) => files.map(groupOfOne)),
  ];
  return phases
    .map((lanes) => lanes.filter((lane) => lane.length > 0))
    .filter((lanes) => lanes.length > 0);
}

function groupOfOne(file: string): TestGroup {
  return { name: file, options: timeout(PROCESS_TIMEOUT_MS), files: [file] };
}

function testFiles(root: string, words: readonly string[]): string[] {
  return [...new Bun.Glob("*/**/*.test.ts").scanSync(root)]
    .filter((file) => !IGNORED.test(file))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .toSorted();
}

function kindOf(file: string): "client" | "unit" | "process" | "fault" | "long" | "attack" {
  if (ATTACKS.test(file)) return "attack";
  if (LONG.test(file)) return "long";
  if (FAULTS.test(file)) return "fault";
  if (file.startsWith("test/")) return "process";
  return file.startsWith("client/") ? "client" : "unit";
}

function timeout(ms: number): string[] {
  return [`--timeout=${ms}`];
}

function parallelism(workers: number): string {
  return `--parallel=${workers}`;
}
