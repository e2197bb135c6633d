import { MalformedResponseError } from "./errors.ts";

/** Headers in their order, names in lower case. */
export type HeaderList = [name: string, value: string][];

/** The status line and the headers of a response (RFC 9112, 4 and 5). */
export interface ResponseHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  /** How long the connection can be used for another request (RFC 9112, 9.3); 0 where it ends with the response. */
  readonly keepAliveMs: number;
}

/** A status line and headers, without folded lines and without a space before a colon. */
const HEAD =
  /^HTTP\/1\.[01] [1-5]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*)*$/;
/** Indexes in the status line. */
const [MINOR_VERSION_AT, STATUS_AT, STATUS_TEXT_AT] = [7, 9, 13];

/**
 * Parses the head of a response, without the empty line that ends it.
 * @throws MalformedResponseError
 */
export function parseResponseHead(text: string): ResponseHead {
  if (!HEAD.test(text)) throw new MalformedResponseError("invalid head");
  const [statusLine = "", ...lines] = text.split("\r\n");
  const headers = lines.map(parseHeader);
  const isHttp10 = statusLine[MINOR_VERSION_AT] === "0";
  if (isHttp10 && headerValues("transfer-encoding", headers).length > 0)
    throw new MalformedResponseError("HTTP/1.0 has no transfer codings");
  return {
    status: Number(statusLine.slice(STATUS_AT, STATUS_AT + 3)),
    statusText: statusLine.slice(STATUS_TEXT_AT),
    headers,
    keepAliveMs: keepAliveMs(!isHttp10, headers),
  };
}

function parseHeader(line: string): HeaderList[number] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), trimWhitespace(line.slice(colon + 1))];
}

/** Removes spaces and tabs around a value (RFC 9112, 5.1); `trim` would remove characters that belong to it. */
function trimWhitespace(value: string): string {
  let [start, end] = [0, value.length];
  while (isWhitespace(value[start])) start++;
  while (end > start && isWhitespace(value[end - 1])) end--;
  return value.slice(start, end);
}

function isWhitespace(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

/** One second less than `Keep-Alive` says, because a request in the last second could meet the server's close. */
function keepAliveMs(isDefault: boolean, headers: HeaderList): number {
  const options = headerValues("connection", headers).flatMap(listMembers);
  const isKeptAlive = isDefault ? !options.includes("close") : options.includes("keep-alive");
  if (!isKeptAlive) return 0;
  const keepAlive = headerValues("keep-alive", headers).join();
  const [, timeoutS = Infinity] = /timeout=(\d+)/i.exec(keepAlive) ?? [];
  return Math.max(0, (Number(timeoutS) - 1) * 1_000);
}

/** All values of a header, whose name is in lower case. */
export function headerValues(name: string, headers: HeaderList): string[] {
  const values: string[] = [];
  for (const header of headers) if (header[0] === name) values.push(header[1]);
  return values;
}

/** The members of a comma-separated list (RFC 9110, 5.6.1), in lower case. */
export function listMembers(value: string): string[] {
  return value.split(",").map((member) => member.trim().toLowerCase());
}
