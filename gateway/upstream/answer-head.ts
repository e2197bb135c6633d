import { MalformedAnswerError } from "./failures.ts";

/** Header fields in their order, names in small letters. */
export type Fields = (readonly [name: string, value: string])[];

/** What an answer begins with (RFC 9112, 4 and 5). */
export interface AnswerHead {
  readonly status: number;
  readonly statusText: string;
  readonly fields: Fields;
  /** Whether the connection may be used again (RFC 9112, 9.3). */
  readonly isKept: boolean;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
/** Knows no folded lines, and no space before the colon. */
const FIELD_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/;

/**
 * Reads a head, without the empty line that ends it.
 * @throws MalformedAnswerError
 */
export function readAnswerHead(text: string): AnswerHead {
  const [first = "", ...lines] = text.split("\r\n");
  const [, minor, status, statusText = ""] = STATUS_LINE.exec(first) ?? [];
  if (status === undefined) throw new MalformedAnswerError("its first line is no status line");
  const fields = lines.map(readField);
  return { status: Number(status), statusText, fields, isKept: isKept(minor === "1", fields) };
}

function readField(line: string): Fields[number] {
  const [, name, value = ""] = FIELD_LINE.exec(line) ?? [];
  if (name === undefined) throw new MalformedAnswerError("a line of its head is no field");
  return [name.toLowerCase(), value.trimEnd()];
}

function isKept(byDefault: boolean, fields: Fields): boolean {
  const options = valuesOf("connection", fields).flatMap(listed);
  return byDefault ? !options.includes("close") : options.includes("keep-alive");
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
