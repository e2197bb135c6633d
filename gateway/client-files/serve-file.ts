import { problemResponse, Refusal } from "@parley/platform/http/problem";
import type { HonoRequest } from "hono";
import { type ByteRange, parseRange } from "./byte-range.ts";
import type { ClientFile } from "./client-files.ts";
import { chooseEncoding, type Encoding } from "./content-encoding.ts";

/** Answers GET and HEAD with a file in the best encoding, or with 304 to a caller that has it (RFC 9110, 13.2.2). */
export function serveFile(request: HonoRequest, file: ClientFile): Response {
  const range = requestedRange(request, file);
  const encoding = range ? null : bestEncoding(request, file);
  const etag = etagOf(file, encoding);
  const headers = new Headers({
    etag,
    "cache-control": file.cacheControl,
    "accept-ranges": "bytes",
    ...varyHeader(file),
  });
  if (matches(request.header("if-none-match"), etag))
    return new Response(null, { status: 304, headers });
  if (range === "unsatisfiable") return rangeNotSatisfiable(file);
  setContentHeaders(file, encoding, headers);
  return range
    ? sendPart(file.identity, range, headers)
    : send(request, bodyOf(file, encoding), 200, headers);
}

/** Answers with the page and status 404, without an ETag and not to be stored. */
export function serveNotFoundPage(request: HonoRequest, page: ClientFile): Response {
  const encoding = bestEncoding(request, page);
  const headers = new Headers({ "cache-control": "no-store", ...varyHeader(page) });
  setContentHeaders(page, encoding, headers);
  return send(request, bodyOf(page, encoding), 404, headers);
}

/**
 * The range of the unencoded bytes that is requested, whatever `Accept-Encoding` says: a part of encoded
 * bytes cannot be decoded alone. With `If-Range` the caller must have the same version (13.1.5).
 */
function requestedRange(
  request: HonoRequest,
  file: ClientFile,
): ByteRange | "unsatisfiable" | null {
  const range = request.method === "GET" ? request.header("range") : undefined;
  const ifRange = request.header("if-range");
  if (range === undefined || (ifRange !== undefined && ifRange !== etagOf(file, null))) return null;
  return parseRange(range, file.identity.byteLength);
}

function rangeNotSatisfiable({ identity }: ClientFile): Response {
  const response = problemResponse(new Refusal("range_not_satisfiable"));
  response.headers.set("content-range", `bytes */${identity.byteLength}`);
  return response;
}

function bestEncoding(request: HonoRequest, { encoded }: ClientFile): Encoding | null {
  return chooseEncoding(request.header("accept-encoding"), (encoding) => encoded.has(encoding));
}

function bodyOf(
  { identity, encoded }: ClientFile,
  encoding: Encoding | null,
): Uint8Array<ArrayBuffer> {
  return (encoding && encoded.get(encoding)) ?? identity;
}

function etagOf({ etag }: ClientFile, encoding: Encoding | null): string {
  return encoding ? `"${etag}-${encoding}"` : `"${etag}"`;
}

function varyHeader({ encoded }: ClientFile): { vary?: string } {
  return encoded.size > 0 ? { vary: "Accept-Encoding" } : {};
}

function setContentHeaders(
  { type }: ClientFile,
  encoding: Encoding | null,
  headers: Headers,
): void {
  headers.set("content-type", type);
  if (encoding) headers.set("content-encoding", encoding);
}

function sendPart(
  whole: Uint8Array<ArrayBuffer>,
  { first, last }: ByteRange,
  headers: Headers,
): Response {
  const part = whole.subarray(first, last + 1);
  headers.set("content-range", `bytes ${first}-${last}/${whole.byteLength}`);
  headers.set("content-length", String(part.byteLength));
  return new Response(part, { status: 206, headers });
}

function send(
  { method }: HonoRequest,
  body: Uint8Array<ArrayBuffer>,
  status: 200 | 404,
  headers: Headers,
): Response {
  headers.set("content-length", String(body.byteLength));
  return new Response(method === "HEAD" ? null : body, { status, headers });
}

/** `If-None-Match` uses the weak comparison (RFC 9110, 13.1.2). */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}
