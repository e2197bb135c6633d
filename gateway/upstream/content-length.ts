/**
 * The bytes of a body as its sender says them (RFC 9110, 8.6): in one field or in several, but one number.
 * @returns undefined where nothing is said, and null where it is not one number.
 */
export function contentLength(values: readonly string[]): number | null | undefined {
  const [length, ...others] = new Set(
    values.flatMap((value) => value.split(",").map((one) => one.trim())),
  );
  if (length === undefined) return undefined;
  return others.length === 0 && /^\d{1,15}$/.test(length) ? Number(length) : null;
}
