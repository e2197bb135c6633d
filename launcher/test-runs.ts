/** Test files that run in one process of `bun test`. */
export interface TestRun {
  readonly name: string;
  readonly options: readonly string[];
  readonly files: readonly string[];
}

const ELSEWHERE = /^(node_modules|data)\/|\/node_modules\//;

/** All tests, or those whose path holds one of the words; a run for each workspace and kind of test. */
export function testRuns(root: string, words: readonly string[]): TestRun[] {
  const files = [...new Bun.Glob("*/**/*.test.ts").scanSync(root)]
    .filter((file) => !ELSEWHERE.test(file))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .toSorted();
  const byName = Object.groupBy(files, runName);
  return Object.entries(byName).map(([name, some = []]) => ({
    name,
    options: optionsOf(name),
    files: some,
  }));
}

/** What crosses processes is apart by its kind; all else by workspace. */
function runName(file: string): string {
  return file.split("/", file.startsWith("test/") ? 2 : 1).join("/");
}

function optionsOf(name: string): string[] {
  // Without the condition Bun takes the build of Solid that is for servers.
  if (name === "client") return ["--timeout=30000", "--conditions=browser"];
  return [`--timeout=${name.startsWith("test/") ? 120_000 : 30_000}`];
}
