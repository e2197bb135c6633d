/** `ENOTDIR` and `EISDIR`: a part of the path is an object, or the path is a folder of objects. */
const MISSING_CODES: readonly unknown[] = ["ENOENT", "ENOTDIR", "EISDIR"];

/** @returns the result of a file operation; null when the path does not name a file. */
export async function ignoreMissing<T>(operation: Promise<T>): Promise<T | null> {
  try {
    return await operation;
  } catch (error) {
    if (MISSING_CODES.includes((error as NodeJS.ErrnoException).code)) return null;
    throw error;
  }
}
