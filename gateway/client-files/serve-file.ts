import { problemResponse, Refusal } from "@parley/platform/http/problem";
import type { HonoRequest } from "hono";
import { type ByteRange, readRange } from "./byte-range.ts";
import type { ClientFile } from "./client-files.ts";
import { type Coding, chooseCoding } from "./content-encoding.ts";

/** Answers GET and HEAD with a file, in the best coding, or with nothing for who has it already (RFC 9110, 13.2.2). */
export function serveFile(request: HonoRequest, file: ClientFile): Response {
  const range = wantedRange(request, file);
  const coding = range ? null : bestCoding(request, file);
  const etag = etagOf(file, coding);
  const headers = new Headers({
    etag,
    "cache-control": file.cacheControl,
    "accept-ranges": "bytes",
    ...varying(file),
  });
  if (matches(request.header("if-none-match"), etag))
    return new Response(null, { status: 304, headers });
  if (range === "unsatisfiable") return noSuchRange(file);
  describe(file, coding, headers);
  return range
    ? sendPart(file.plain, range, headers)
    : send(request, bodyOf(file, coding), 200, headers);
}

/** Answers with a page under 404: such an answer is no copy of anything, so it has no ETag and is not kept. */
export function serveLost(request: HonoRequest, page: ClientFile): Response {
  const coding = bestCoding(request, page);
  const headers = new Headers({ "cache-control": "no-store", ...varying(page) });
  describe(page, coding, headers);
  return send(request, bodyOf(page, coding), 404, headers);
}

/**
 * The part that is asked for. It is one of the plain bytes, whatever coding would be liked: a part of a
 * coded file is of use only to who has the rest. `If-Range` grants it to who has the same bytes (13.1.5).
 */
function wantedRange(request: HonoRequest, file: ClientFile): ByteRange | "unsatisfiable" | null {
  const range = request.method === "GET" ? request.header("range") : undefined;
  const ifRange = request.header("if-range");
  if (range === undefined || (ifRange !== undefined && ifRange !== etagOf(file, null))) return null;
  return readRange(range, file.plain.byteLength);
}

function noSuchRange({ plain }: ClientFile): Response {
  const response = problemResponse(new Refusal("range_not_satisfiable"));
  response.headers.set("content-range", `bytes */${plain.byteLength}`);
  return response;
}

function bestCoding(request: HonoRequest, { coded }: ClientFile): Coding | null {
  return chooseCoding(request.header("accept-encoding"), (coding) => coded.has(coding));
}

function bodyOf({ plain, coded }: ClientFile, coding: Coding | null): Uint8Array<ArrayBuffer> {
  return (coding && coded.get(coding)) ?? plain;
}

function etagOf({ etag }: ClientFile, coding: Coding | null): string {
  return coding ? `"${etag}-${coding}"` : `"${etag}"`;
}

function varying({ coded }: ClientFile): { vary?: string } {
  return coded.size > 0 ? { vary: "Accept-Encoding" } : {};
}

function describe({ type }: ClientFile, coding: Coding | null, headers: Headers): void {
  headers.set("content-type", type);
  if (coding) headers.set("content-encoding", coding);
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

/** Weak comparison, as `If-None-Match` wants it (RFC 9110, 13.1.2). */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}
