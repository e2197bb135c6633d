import type { UserId } from "@parley/contracts/ids";
import type { Transaction } from "@parley/db/queryable";
import { sql } from "kysely";
import type { ReactionCount } from "./message-kinds.ts";
import type { MessageId } from "./show-messages.ts";

/** The reactions to a message with one emoji. */
export interface Tally extends ReactionCount {
  /** The `seq` of the event that first added the emoji; reactions are ordered by it. */
  readonly since: number;
  readonly mine: boolean;
}

/** Reads the reactions to a message, in the order in which their emojis were added. */
export function readTallies(
  tx: Transaction,
  { chat, seq }: MessageId,
  viewer: UserId,
): Promise<Tally[]> {
  return tx
    .selectFrom("reactions")
    .select(["emoji", "since"])
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .select(sql<boolean>`bool_or(user_id = ${viewer}::uuid)`.as("mine"))
    .where("chat_id", "=", chat)
    .where("seq", "=", seq)
    .groupBy(["emoji", "since"])
    .orderBy("since")
    .execute();
}

export async function insertReaction(
  tx: Transaction,
  { chat, seq }: MessageId,
  user: UserId,
  { emoji, since }: { emoji: string; since: number },
): Promise<void> {
  await tx
    .insertInto("reactions")
    .values({ chat_id: chat, seq, user_id: user, emoji, since })
    .execute();
}

export async function deleteReaction(
  tx: Transaction,
  { chat, seq }: MessageId,
  user: UserId,
  emoji: string,
): Promise<void> {
  await tx
    .deleteFrom("reactions")
    .where("chat_id", "=", chat)
    .where("seq", "=", seq)
    .where("user_id", "=", user)
    .where("emoji", "=", emoji)
    .execute();
}
