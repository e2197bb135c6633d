import type { ChatId, UserId } from "@parley/contracts/ids";
import { type Parameters, prepare } from "@parley/db/prepare";
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
export function readTallies(tx: Transaction, id: MessageId, viewer: UserId): Promise<Tally[]> {
  return findTallies.rows(tx, { ...id, viewer });
}

const findTallies = prepare(
  (db, { chat, seq, viewer }: Parameters<MessageId & { readonly viewer: UserId }>) =>
    db
      .selectFrom("reactions")
      .select(["emoji", "since"])
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .select(sql<boolean>`bool_or(user_id = ${viewer}::uuid)`.as("mine"))
      .where("chat_id", "=", chat)
      .where("seq", "=", seq)
      .groupBy(["emoji", "since"])
      .orderBy("since"),
);

/** A user's reaction to a message with one emoji. */
interface Reaction {
  readonly chat: ChatId;
  readonly seq: number;
  readonly user: UserId;
  readonly emoji: string;
}

export async function addReaction(
  tx: Transaction,
  reaction: Reaction & { readonly since: number },
): Promise<void> {
  await insertReaction.rows(tx, reaction);
}

const insertReaction = prepare(
  (db, { chat, seq, user, emoji, since }: Parameters<Reaction & { readonly since: number }>) =>
    db.insertInto("reactions").values({ chat_id: chat, seq, user_id: user, emoji, since }),
);

export async function removeReaction(tx: Transaction, reaction: Reaction): Promise<void> {
  await deleteReaction.rows(tx, reaction);
}

const deleteReaction = prepare((db, { chat, seq, user, emoji }: Parameters<Reaction>) =>
  db
    .deleteFrom("reactions")
    .where("chat_id", "=", chat)
    .where("seq", "=", seq)
    .where("user_id", "=", user)
    .where("emoji", "=", emoji),
);
