/** The methods of the API; Bun and Node accept some thirty others. */
export const METHODS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
]);

/** The metric label of a method; unknown methods share one, so that callers cannot add labels. */
export function methodLabel(method: string): string {
  return METHODS.has(method) ? method : "other";
}
