/** Encoded slashes, backslashes and NUL, and empty segments. */
const AMBIGUOUS = /\/\/|%(?:2f|5c|00)/i;

/** Whether two programs may read a path differently: the gateway refuses it, and the page does not go there. */
export function isAmbiguousPath(path: string): boolean {
  return AMBIGUOUS.test(path);
}
