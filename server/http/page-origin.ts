import { isFromOurPage } from "./same-origin.ts";

/** Whether the page behind a WebSocket handshake is ours, as far as the browser tells (RFC 6455, 10.2). */
export function isOwnPage(request: Request, origins: readonly string[]): boolean {
  const own = new URL(request.url).origin;
  const { headers } = request;
  return isFromOurPage(
    {
      origin: headers.get("origin") ?? undefined,
      fetchSite: headers.get("sec-fetch-site") ?? undefined,
    },
    [...origins, own],
  );
}
