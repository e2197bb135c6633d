import * as v from "valibot";
import { LIMITS } from "./limits.ts";

/** An ID of a user, chat, file or session: a UUID (version 7 when the server made it), in lower case. */
export const Id = v.pipe(v.string(), v.uuid("is not a UUID"), v.toLowerCase());

/** A UUID made by the client, handed back exactly as it came. */
export const ClientId = v.pipe(v.string(), v.uuid("is not a UUID"));

/** An instant in ISO 8601, UTC, with milliseconds. */
export const Instant = v.pipe(v.string(), v.isoTimestamp("is not an ISO 8601 time"));

export const Seq = v.pipe(
  v.number("is not a number"),
  v.safeInteger("is not a whole number"),
  v.minValue(0, "is below 0"),
);

/** A string of `min` to `max` Unicode code points that PostgreSQL can store: no NUL, no lone surrogate. */
export const text = (min: number, max: number) =>
  v.pipe(
    v.string("is not a string"),
    v.check((value) => value.isWellFormed() && !value.includes("\0"), "has a broken character"),
    v.check(
      (value) => reaches(value, min),
      min === 1 ? "is empty" : `is shorter than ${min} characters`,
    ),
    v.check((value) => !reaches(value, max + 1), `is longer than ${max} characters`),
  );

/** Like {@link text}, without white space around it. */
export const trimmed = (min: number, max: number) =>
  v.pipe(v.string("is not a string"), v.trim(), text(min, max));

export const MessageBody = text(0, LIMITS.body.max);

/** Whether a string has so many code points; hostile input costs no more than honest input. */
function reaches(value: string, count: number): boolean {
  if (value.length < count) return false;
  // A code point takes two places at the most.
  if (value.length >= 2 * count) return true;
  let found = 0;
  for (const _ of value) if (++found === count) return true;
  return false;
}
