/** The methods that an API knows; beside these, Bun and Node let some thirty through. */
export const METHODS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
]);

/** A method as metrics name it: whoever calls must not be able to add to them. */
export function methodLabel(method: string): string {
  return METHODS.has(method) ? method : "other";
}
