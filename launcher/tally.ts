/** How many tests passed, failed and were skipped. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const SUMMARY = /((?:^ *\d+ .+\n)+)Ran \d+ tests? across/gm;

/** Reads the summary that `bun test` ends with; a run that broke off or ran no test has failed once. */
export function readTally(output: string, exitCode: number | null): Tally {
  const summary = [...Bun.stripANSI(output).matchAll(SUMMARY)].at(-1)?.[1] ?? "";
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
  const tally = {
    passed: count("pass"),
    failed: count("fail") + count("error"),
    skipped: count("skip") + count("todo"),
  };
  const ranNothing = tally.passed + tally.failed + tally.skipped === 0;
  const endedBadly = exitCode !== 0 && tally.failed === 0;
  return ranNothing || endedBadly ? { ...tally, failed: 1 } : tally;
}

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (all, one) => ({
      passed: all.passed + one.passed,
      failed: all.failed + one.failed,
      skipped: all.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

export function lastLine({ passed, failed, skipped }: Tally): string {
  const known = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? known : `${known}, ${skipped} skipped`;
}
