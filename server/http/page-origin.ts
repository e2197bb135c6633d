import { classifyOrigin, type RequestOrigin } from "@parley/platform/http/same-origin";

/** What a request shows of the page behind it: whether that is ours, as far as the browser tells (RFC 6455, 10.2). */
export function shownPage(request: Request, origins: readonly string[]): RequestOrigin {
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
