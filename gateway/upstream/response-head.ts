import { MalformedAnswerError } from "./failures.ts";

/** Header fields in their order, names in small letters. */
export type Fields = [name: string, value: string][];

/** What an answer begins with (RFC 9112, 4 and 5). */
export interface AnswerHead {
  readonly status: number;
  readonly statusText: string;
  readonly fields: Fields;
  /** Milliseconds for which the connection may be used again (RFC 9112, 9.3); 0 where it ends with the answer. */
  readonly keptFor: number;
}

/** A status line and fields; knows no folded lines, and no space before a colon. */
const HEAD =
  /^HTTP\/1\.[01] [1-5]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*)*$/;
/** Where in a status line stand the minor version, the status, and the text behind it. */
const [MINOR, STATUS, TEXT] = [7, 9, 13];

/**
 * Reads a head, without the empty line that ends it.
 * @throws MalformedAnswerError
 */
export function readAnswerHead(text: string): AnswerHead {
  if (!HEAD.test(text)) throw new MalformedAnswerError("its head is none");
  const [first = "", ...lines] = text.split("\r\n");
  const fields = lines.map(readField);
  const isOld = first[MINOR] === "0";
  if (isOld && valuesOf("transfer-encoding", fields).length > 0)
    throw new MalformedAnswerError("HTTP/1.0 has no transfer codings");
  return {
    status: Number(first.slice(STATUS, STATUS + 3)),
    statusText: first.slice(TEXT),
    fields,
    keptFor: keptFor(!isOld, fields),
  };
}

function readField(line: string): Fields[number] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), withoutSpace(line.slice(colon + 1))];
}

/** Spaces and tabs around a value are none of it (RFC 9112, 5.1); what else `trim` would take off is. */
function withoutSpace(value: string): string {
  let [start, end] = [0, value.length];
  while (isSpace(value[start])) start++;
  while (end > start && isSpace(value[end - 1])) end--;
  return value.slice(start, end);
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

function keptFor(byDefault: boolean, fields: Fields): number {
  const options = valuesOf("connection", fields).flatMap(listed);
  const isKept = byDefault ? !options.includes("close") : options.includes("keep-alive");
  if (!isKept) return 0;
  // What Node says of itself: in the last second of it a request could meet the server's farewell.
  const [, timeout = Infinity] = /timeout=(\d+)/i.exec(valuesOf("keep-alive", fields).join()) ?? [];
  return Math.max(0, (Number(timeout) - 1) * 1_000);
}

export function valuesOf(name: string, fields: Fields): string[] {
  const values: string[] = [];
  for (const field of fields) if (field[0] === name) values.push(field[1]);
  return values;
}

/** The members of a list (RFC 9110, 5.6.1), in small letters. */
export function listed(value: string): string[] {
  return value.split(",").map((member) => member.trim().toLowerCase());
}
