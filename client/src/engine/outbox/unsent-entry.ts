import type { ErrorCode } from "@parley/contracts/errors";
import { ChatId, type UserId } from "@parley/contracts/ids";
import { ClientId, Instant, Seq } from "@parley/contracts/scalars";
import * as v from "valibot";

/** An unsent message as this device stores it. */
export const UnsentEntry = v.object({
  /** An entry without a version has version 1. */
  version: v.optional(v.literal(1), 1),
  message: v.object({
    clientId: ClientId,
    chat: ChatId,
    body: v.string(),
    replyTo: v.nullable(Seq),
    createdAt: Instant,
  }),
  /** The ID of the tab that sends the message. */
  tab: v.string(),
  /** The code of a refusal after which the message is not sent again without the user. */
  failed: v.nullable(v.custom<ErrorCode>((code) => typeof code === "string")),
});
export type UnsentEntry = v.InferOutput<typeof UnsentEntry>;

/** @returns what the keys of a user's unsent messages in `localStorage` begin with; a `clientId` follows. */
export const unsentKeyPrefix = (user: UserId | undefined) => `parley.unsent.${user}.`;

/**
 * Parses a stored entry. @returns null if the text is no entry for `clientId`; `newer` if a later
 * version of the page wrote it.
 */
export function parseUnsentEntry(clientId: string, text: string): UnsentEntry | "newer" | null {
  const value = parseJson(text);
  if (v.is(LaterVersion, value)) return "newer";
  const entry = v.safeParse(UnsentEntry, value);
  return entry.success && entry.output.message.clientId === clientId ? entry.output : null;
}

const LaterVersion = v.object({ version: v.pipe(v.number(), v.minValue(2)) });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
