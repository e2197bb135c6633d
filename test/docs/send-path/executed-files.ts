/** How often each line of each file ran. */
type LineCounts = ReadonlyMap<string, ReadonlyMap<number, number>>;

/**
 * Finds the files with code that runs for each unit of work, by the reports of two runs that differ
 * only in the number of units: a line belongs to the work if it ran at least that many times more.
 * @param fewer report of the run with fewer units, in the format of lcov
 * @param more report of the run with `difference` more units
 */
export function executedFiles(fewer: string, more: string, difference: number): string[] {
  const before = readLineCounts(fewer);
  return [...readLineCounts(more)]
    .filter(([file, lines]) =>
      [...lines].some(([line, count]) => {
        return count - (before.get(file)?.get(line) ?? 0) >= difference;
      }),
    )
    .map(([file]) => file)
    .toSorted();
}

function readLineCounts(report: string): LineCounts {
  const files = new Map<string, Map<number, number>>();
  for (const record of report.split("end_of_record")) {
    const file = /^SF:(.+)$/m.exec(record)?.[1];
    if (file === undefined) continue;
    const lines = record.matchAll(/^DA:(\d+),(\d+)/gm);
    files.set(file, new Map([...lines].map(([, line, count]) => [Number(line), Number(count)])));
  }
  return files;
}
