import type { HeaderList } from "./response-head.ts";

/** A request to the server. */
export interface UpstreamRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Headers without `Host`, `Content-Length` and `Transfer-Encoding`; the last two follow from `body`. */
  readonly headers: HeaderList;
  readonly body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null;
  /** Bytes of a streamed body, where they are known beforehand. */
  readonly length?: number | undefined;
  /** Aborts the request when its caller is gone. */
  readonly signal: AbortSignal;
}

/** Methods whose requests state that they have no body (RFC 9110, 8.6). */
const METHODS_WITH_BODY = new Set(["POST", "PUT", "PATCH"]);
/** Characters of one byte without control characters: a line break would start another header, or another request. */
const SAFE_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Formats the request line and the headers (RFC 9112, 3 and 5), with the empty line at their end.
 * @returns null where the target or a header holds a character that HTTP/1.1 forbids.
 */
export function formatRequestHead(request: UpstreamRequest, host: string): string | null {
  const { method, target, headers } = request;
  const isSafe = SAFE_VALUE.test(target) && headers.every(([, value]) => SAFE_VALUE.test(value));
  if (!isSafe) return null;
  let head = `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
  return `${head}${bodyDelimiter(request)}\r\n`;
}

function bodyDelimiter({ method, body, length }: UpstreamRequest): string {
  if (body === null) return METHODS_WITH_BODY.has(method) ? "content-length: 0\r\n" : "";
  const known = body instanceof Uint8Array ? body.byteLength : length;
  return known === undefined ? "transfer-encoding: chunked\r\n" : `content-length: ${known}\r\n`;
}
