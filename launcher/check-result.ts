/** Outcome of one of the checks of the source text. */
export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  /** What the check printed. */
  readonly output: string;
}
