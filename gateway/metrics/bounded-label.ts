/** Keeps the first `max` values of a label; whatever comes after them is `other`. */
export function createBoundedLabel(max: number): (value: string) => string {
  const kept = new Set<string>();
  return (value) => {
    if (kept.has(value)) return value;
    if (kept.size >= max) return "other";
    kept.add(value);
    return value;
  };
}
