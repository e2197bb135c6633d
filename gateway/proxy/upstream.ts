/** A request as it goes to the server. */
export interface UpstreamRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null;
  readonly signal: AbortSignal;
}

/**
 * Sends a request to the server; its answer comes as it is: not redirected, not decompressed.
 * @throws the signal's reason, or an error with a `code` as Node has them.
 */
export type Upstream = (url: string, request: UpstreamRequest) => Promise<Response>;

/** What Bun's `fetch` would send again by itself when a pooled connection breaks; see docs/decisions/retries.md. */
const SENT_TWICE = new Set(["PUT", "DELETE"]);

/** By Bun's own `fetch`, which can leave an answer compressed. */
export const fetchUpstream: Upstream = (url, request) =>
  fetch(url, {
    ...request,
    redirect: "manual",
    decompress: false,
    keepalive: !SENT_TWICE.has(request.method),
  } as BunFetchRequestInit);
