/**
 * Limits the values of a metric label: the first `max` values are kept, every later one becomes `other`.
 * @param show makes the label of a value that is kept; it is called once for each.
 */
export function createBoundedLabel(
  max: number,
  show: (value: string) => string = (value) => value,
): (value: string) => string {
  const kept = new Map<string, string>();
  return (value) => {
    const label = kept.get(value);
    if (label !== undefined) return label;
    if (kept.size >= max) return "other";
    const shown = show(value);
    kept.set(value, shown);
    return shown;
  };
}
