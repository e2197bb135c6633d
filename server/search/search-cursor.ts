import type { ChatId } from "@parley/contracts/ids";
import { Id, Instant } from "@parley/contracts/scalars";
import * as v from "valibot";

/** A message's place in the order of search results; no two messages have the same place. */
export interface Place {
  readonly created_at: Date;
  readonly chat_id: ChatId;
  readonly seq: number;
}

/** The end of the year 9999, the last time that PostgreSQL reads as the server writes it. */
const MAX_TIME_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const Parts = v.tuple([
  v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number), v.maxValue(MAX_TIME_MS)),
  Id,
  v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)),
]);

/** Encodes a place as an opaque cursor. */
export function encodePlace({ created_at, chat_id, seq }: Place): string {
  const plain = `${created_at.getTime()} ${chat_id} ${seq}`;
  return Buffer.from(plain).toString("base64url");
}

/** @returns null when the text is no result of {@link encodePlace}. */
function decodePlace(text: string): Place | null {
  const parts = v.safeParse(Parts, Buffer.from(text, "base64url").toString().split(" "));
  if (!parts.success) return null;
  const [time, chat_id, seq] = parts.output;
  return { created_at: new Date(time), chat_id, seq };
}

/** Before every place of the same time. */
const FIRST = { chat_id: "00000000-0000-0000-0000-000000000000", seq: 0 };

const SeqText = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
const TimeText = v.pipe(
  Instant,
  v.transform((text) => new Date(text)),
);

/**
 * Parses the parameter `before`: the `next` of an earlier page, a time in ISO 8601, or the `seq` of a
 * message in the searched chat.
 * @returns null for any other text.
 */
export function parseBefore(text: string): Place | { readonly seq: number } | null {
  const [seq, time] = [v.safeParse(SeqText, text), v.safeParse(TimeText, text)];
  if (seq.success) return { seq: seq.output };
  if (time.success) return { ...FIRST, created_at: time.output };
  return decodePlace(text);
}
