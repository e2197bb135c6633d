import { type Shown, shownOrigin } from "./same-origin.ts";

/** What a request shows of the page behind it: whether that is ours, as far as the browser tells (RFC 6455, 10.2). */
export function shownPage(request: Request, origins: readonly string[]): Shown {
  const own = new URL(request.url).origin;
  const { headers } = request;
  return shownOrigin(
    {
      origin: headers.get("origin") ?? undefined,
      fetchSite: headers.get("sec-fetch-site") ?? undefined,
    },
    [...origins, own],
  );
}
