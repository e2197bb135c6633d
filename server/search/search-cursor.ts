import { Id } from "@parley/contracts/scalars";
import * as v from "valibot";

/** A message's place among all messages, by which search is ordered and paged: no two have the same. */
export interface Place {
  readonly created_at: Date;
  readonly chat_id: string;
  readonly seq: number;
}

const Parts = v.tuple([
  v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)),
  Id,
  v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)),
]);

/** Writes a place as one opaque word. */
export function encodePlace({ created_at, chat_id, seq }: Place): string {
  const text = `${created_at.getTime()} ${chat_id} ${seq}`;
  return Buffer.from(text).toString("base64url");
}

/** @returns null for a word that {@link encodePlace} did not write. */
function decodePlace(word: string): Place | null {
  const parts = v.safeParse(Parts, Buffer.from(word, "base64url").toString().split(" "));
  if (!parts.success) return null;
  const [time, chat_id, seq] = parts.output;
  return { created_at: new Date(time), chat_id, seq };
}

/** What comes before all places of one time. */
const FIRST = { chat_id: "00000000-0000-0000-0000-000000000000", seq: 0 };

const SeqText = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
const TimeText = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => new Date(text)),
);

/**
 * Reads what a page is to come before: the `next` of an earlier page, a time in ISO 8601, or a
 * message's `seq` in the chat that is searched.
 * @returns null for anything else.
 */
export function parseBefore(word: string): Place | { readonly seq: number } | null {
  const [seq, time] = [v.safeParse(SeqText, word), v.safeParse(TimeText, word)];
  if (seq.success) return { seq: seq.output };
  if (time.success) return { ...FIRST, created_at: time.output };
  return decodePlace(word);
}
