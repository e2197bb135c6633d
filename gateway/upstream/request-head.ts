import type { Fields } from "./response-head.ts";

/** A request as it goes to the server. */
export interface UpstreamRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Those of the message; how its body is delimited is said here. */
  readonly fields: Fields;
  readonly body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null;
  /** Bytes of a body that streams, where its sender has said them. */
  readonly length?: number | undefined;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Methods whose requests say that they have no body (RFC 9110, 8.6). */
const MEANT_TO_HAVE_A_BODY = new Set(["POST", "PUT", "PATCH"]);
/** Spaces and words, each character a byte: a line break would begin a field, or a request, of its own. */
const SAFE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What a request begins with (RFC 9112, 3 and 5), its empty line included; null where it can't be said. */
export function requestHead(request: UpstreamRequest, host: string): string | null {
  const { method, target, fields } = request;
  if (!(SAFE.test(target) && fields.every(([, value]) => SAFE.test(value)))) return null;
  let head = `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const [name, value] of fields) head += `${name}: ${value}\r\n`;
  return `${head}${delimiter(request)}\r\n`;
}

function delimiter({ method, body, length }: UpstreamRequest): string {
  if (body === null) return MEANT_TO_HAVE_A_BODY.has(method) ? "content-length: 0\r\n" : "";
  const known = body instanceof Uint8Array ? body.byteLength : length;
  return known === undefined ? "transfer-encoding: chunked\r\n" : `content-length: ${known}\r\n`;
}
