/** Whether a request is a CORS preflight (Fetch Standard, 4.9): it never carries credentials. */
export function isPreflight({ method, headers }: Request): boolean {
  return (
    method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method")
  );
}
