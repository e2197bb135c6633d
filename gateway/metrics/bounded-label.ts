/** Limits the values of a metric label: the first `max` values are kept, every later one becomes `other`. */
export function createBoundedLabel(max: number): (value: string) => string {
  const kept = new Set<string>();
  return (value) => {
    if (kept.has(value)) return value;
    if (kept.size >= max) return "other";
    kept.add(value);
    return value;
  };
}
