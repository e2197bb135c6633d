/** How many tests passed, failed and were skipped. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function sumTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (all, one) => ({
      passed: all.passed + one.passed,
      failed: all.failed + one.failed,
      skipped: all.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** The last line of `bun run test`, which other programs read. */
export function lastLine({ passed, failed, skipped }: Tally): string {
  const always = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? always : `${always}, ${skipped} skipped`;
}
