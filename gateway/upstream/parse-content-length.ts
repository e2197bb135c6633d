/**
 * Parses the values of `Content-Length` (RFC 9110, 8.6); equal values in several headers are one.
 * @returns bytes; undefined where there is no value, null where the values are not one number.
 */
export function parseContentLength(values: readonly string[]): number | null | undefined {
  const [length, ...others] = new Set(
    values.flatMap((value) => value.split(",").map((one) => one.trim())),
  );
  if (length === undefined) return undefined;
  return others.length === 0 && /^\d{1,15}$/.test(length) ? Number(length) : null;
}
