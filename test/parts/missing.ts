/** Part that this machine lacks. */
export interface Missing {
  /** One line: the name of the part, and how to install it. */
  readonly missing: string;
}

export function isMissing<T extends object>(part: T | Missing): part is Missing {
  return "missing" in part;
}
