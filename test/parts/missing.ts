/** A part that this machine does not have: one line that says what, and how it is installed. */
export interface Missing {
  readonly missing: string;
}

export function isMissing<T extends object>(part: T | Missing): part is Missing {
  return "missing" in part;
}
