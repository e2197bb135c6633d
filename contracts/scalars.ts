import * as v from "valibot";
import { LIMITS } from "./limits.ts";

/** The ID of a user, chat, file or session: a UUID (of version 7 when the server made it), in lower case. */
export const Id = v.pipe(v.string(), v.uuid("is not a UUID"), v.toLowerCase());

/** A UUID that a client made; the server returns it unchanged. */
export const ClientId = v.pipe(v.string(), v.uuid("is not a UUID"));

/**
 * A time in ISO 8601 with its offset from UTC, in the years 1970 to 9999 of UTC; the server writes UTC
 * with milliseconds.
 */
export const Instant = v.pipe(
  v.string(),
  v.isoTimestamp("is not an ISO 8601 time"),
  v.check(isCalendarDay, "is not a day of the calendar"),
  v.check(isInRange, "is not in the years 1970 to 9999"),
);

/**
 * An object with values of one kind. `v.record` alone accepts an array, as an object with the keys 0, 1,
 * 2 … (https://github.com/open-circle/valibot/issues/1630).
 */
export const recordOf = <Key extends string, Value extends v.GenericSchema>(
  key: v.GenericSchema<string, Key>,
  value: Value,
) =>
  v.pipe(
    v.custom<Record<string, v.InferInput<Value>>>(
      (input) => typeof input === "object" && input !== null && !Array.isArray(input),
      "is not an object",
    ),
    v.record(key, value),
  );

export const Seq = v.pipe(
  v.number("is not a number"),
  v.safeInteger("is not a whole number"),
  v.minValue(0, "is below 0"),
);

/** A number of things in a response: a whole number from 0 up. A reader trusts the writer. */
export const Count = v.pipe(v.number(), v.metadata({ type: "integer", minimum: 0 }));

/** A text of a response, of at most `max` code points. A reader trusts the writer. */
export const stored = (max: number) => v.pipe(v.string(), v.metadata({ maxLength: max }));

/** A list of a response, of at most `max` items. A reader trusts the writer. */
export const listOf = <Item extends v.GenericSchema>(item: Item, max: number) =>
  v.pipe(v.array(item), v.metadata({ maxItems: max }));

/** One emoji; no emoji of Unicode has more than 32 code points. */
export const Emoji = v.pipe(v.string(), v.metadata({ minLength: 1, maxLength: 32 }));

const STORABLE = "^[^\\u0000]*$";
/** U+FEFF is white space to JavaScript, but not to every other language's `\s`. */
export const STORABLE_AND_NOT_BLANK = "^[^\\u0000]*[^\\s\\uFEFF\\u0000][^\\u0000]*$";

/**
 * A string of `min` to `max` Unicode code points that PostgreSQL can store: no NUL, no lone surrogate.
 *
 * The metadata is the same rule in JSON Schema, whose lengths are code points too.
 */
export const text = (min: number, max: number) =>
  v.pipe(
    v.string("is not a string"),
    v.metadata({ minLength: min, maxLength: max, pattern: STORABLE }),
    v.check((value) => value.isWellFormed() && !value.includes("\0"), "has a broken character"),
    v.check(
      (value) => hasCodePoints(value, min),
      min === 1 ? "is empty" : `is shorter than ${min} characters`,
    ),
    v.check((value) => !hasCodePoints(value, max + 1), `is longer than ${max} characters`),
  );

/** Like {@link text}, without the white space around it. */
export const trimmed = (min: number, max: number) =>
  v.pipe(
    v.string("is not a string"),
    v.metadata({
      minLength: min,
      maxLength: max,
      pattern: min === 0 ? STORABLE : STORABLE_AND_NOT_BLANK,
    }),
    v.trim(),
    text(min, max),
  );

export const MessageBody = text(0, LIMITS.body.max);

/** JavaScript reads 30 February as 2 March. */
function isCalendarDay(text: string): boolean {
  const day = text.slice(0, "YYYY-MM-DD".length);
  return new Date(`${day}T00:00:00Z`).getUTCDate() === Number(day.slice(-2));
}

/** An offset moves a time into the year before or after. */
function isInRange(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  return year >= 1970 && year <= 9_999;
}

/** Whether a string has at least so many code points; the cost is bounded by `count`, not by the string. */
function hasCodePoints(value: string, count: number): boolean {
  if (value.length < count) return false;
  // A code point takes at most two UTF-16 code units.
  if (value.length >= 2 * count) return true;
  let found = 0;
  for (const _ of value) if (++found === count) return true;
  return false;
}
