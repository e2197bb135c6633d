import type { Verdict } from "./checker.ts";

const COUNTED = ["acknowledged", "lost", "doubled", "reordered", "holes"] as const;

/** Sums the verdicts over all rounds of one fault. */
export class Tally {
  rounds = 0;
  readonly sums = { acknowledged: 0, lost: 0, doubled: 0, reordered: 0, holes: 0 };

  constructor(
    readonly stack: string,
    readonly fault: string,
  ) {}

  add(verdict: Verdict): Verdict {
    this.rounds++;
    for (const what of COUNTED) this.sums[what] += verdict[what];
    return verdict;
  }

  get isClean(): boolean {
    const { lost, doubled, reordered, holes } = this.sums;
    return lost + doubled + reordered + holes === 0;
  }
}

/** Formats a Markdown table with one row per fault. */
export function table(tallies: readonly Tally[]): string {
  const rows = tallies.map(({ stack, fault, rounds, sums }) => [
    stack,
    fault,
    rounds,
    ...COUNTED.map((what) => sums[what]),
  ]);
  return [["stack", "fault", "rounds", ...COUNTED], COLUMNS, ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

const COLUMNS = ["---", "---", "---:", ...COUNTED.map(() => "---:")];
