import { classifyOrigin, type RequestOrigin } from "@parley/platform/http/same-origin";

/** Classifies the origin of the page that sent a request, as far as the browser reveals it (RFC 6455, 10.2). */
export function pageOrigin(request: Request, origins: readonly string[]): RequestOrigin {
  const ours = [...origins, new URL(request.url).origin];
  const { headers } = request;
  return classifyOrigin(
    {
      origin: headers.get("origin") ?? undefined,
      fetchSite: headers.get("sec-fetch-site") ?? undefined,
    },
    (origin) => ours.includes(origin),
  );
}
