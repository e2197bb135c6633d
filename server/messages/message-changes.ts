import type { ChatId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Message } from "@parley/contracts/messages";
import { type Parameters, prepare } from "@parley/db/prepare";
import type { Transaction } from "@parley/db/queryable";
import { Refusal } from "@parley/platform/http/problem";
import type { EventTransaction, EventWriter } from "../events/event-transaction.ts";
import { lockMessage } from "./lock-message.ts";
import { acceptRequests, insertMentions } from "./message-effects.ts";
import { messageDeleted, messageEdited, reactionChanged } from "./message-kinds.ts";
import {
  authorizeDeletion,
  authorizeEdit,
  authorizeReaction,
  type ReactionAct,
} from "./message-rules.ts";
import { addReaction, readTallies, removeReaction, type Tally } from "./reactions.ts";
import { readMessages } from "./read-messages.ts";
import type { MessageId, MessageKey, MessageRow } from "./show-messages.ts";

export interface MessageChangesDeps {
  writer: EventWriter;
  /** Called in the transaction that changes the body of a message, after the change. */
  markStale(tx: Transaction, id: MessageId): Promise<void>;
  requests: {
    /** Notifies everyone whom it concerns that a request was accepted. */
    accepted(user: UserId, chat: ChatId): void;
  };
}

export type MessageChanges = ReturnType<typeof createMessageChanges>;

/** Changes existing messages. A change that changes nothing appends no event. */
export function createMessageChanges({ writer, markStale, requests }: MessageChangesDeps) {
  /** Stores the body and times of a message, and forgets the mentions of the old body. */
  async function updateBody(
    tx: Transaction,
    { chat_id, seq, body, edited_at, deleted_at }: MessageRow,
  ): Promise<void> {
    await updateMessage.rows(tx, { chat_id, seq, body, edited_at, deleted_at });
    await deleteMentions.rows(tx, { chat_id, seq });
    await markStale(tx, { chat: chat_id, seq });
  }

  /** Whoever reacts takes part in the chat, as whoever sends. */
  async function accept({ tx, afterCommit }: EventTransaction, user: UserId, chat: ChatId) {
    if (await acceptRequests(tx, [{ chat, user }]))
      afterCommit(() => requests.accepted(user, chat));
  }

  return {
    /**
     * Replaces the body of a message.
     * @returns the message as its author sees it.
     * @throws Refusal when the actor may not edit the message.
     */
    edit(actor: UserId, id: MessageId, body: string): Promise<Message> {
      return writer.transact(async ({ tx, now, append }) => {
        const row = await lockMessage(tx, actor, id, now, (found) =>
          authorizeEdit(found, body, now),
        );
        if (row.body === body) return show(tx, actor, id);
        const edited = { ...row, body, edited_at: now };
        await updateBody(tx, edited);
        await insertMentions(tx, [edited]);
        const tallies = await readTallies(tx, id, actor);
        const reactions = tallies.map(({ emoji, count }) => ({ emoji, count }));
        await append(messageEdited(id, actor, reactions));
        return show(tx, actor, id);
      });
    },

    /**
     * Deletes the body, files and reactions of a message; its row keeps the place in the sequence.
     * @throws Refusal when the actor may not delete the message.
     */
    remove(actor: UserId, id: MessageId): Promise<void> {
      return writer.transact(async ({ tx, now, append }) => {
        const row = await lockMessage(tx, actor, id, now, authorizeDeletion);
        if (row.deleted_at !== null) return;
        await updateBody(tx, { ...row, body: "", deleted_at: now });
        await deleteBelongings(tx, id);
        await append(messageDeleted(id, actor));
      });
    },

    /**
     * Adds or removes the actor's reaction; to add one accepts a request.
     * @returns the message as the actor sees it.
     * @throws Refusal when the actor may not react, or the message has too many different emojis.
     */
    react(actor: UserId, id: MessageId, emoji: string, act: ReactionAct): Promise<Message> {
      return writer.transact(async (transaction) => {
        const { tx, now } = transaction;
        await lockMessage(tx, actor, id, now, (found) => authorizeReaction(found, act, now));
        const tallies = await readTallies(tx, id, actor);
        const tally = tallies.find((each) => each.emoji === emoji);
        const reacts = tally?.mine === true;
        if (act === "add" && !reacts) {
          requireRoom(tallies, tally);
          await accept(transaction, actor, id.chat);
          await appendReaction(transaction, actor, id, emoji, tally);
        }
        if (act === "remove" && reacts) await appendRemoval(transaction, actor, id, tally);
        return show(tx, actor, id);
      });
    },
  };
}

const updateMessage = prepare(
  (
    db,
    {
      chat_id,
      seq,
      body,
      edited_at,
      deleted_at,
    }: Parameters<Pick<MessageRow, "chat_id" | "seq" | "body" | "edited_at" | "deleted_at">>,
  ) =>
    db
      .updateTable("messages")
      .set({ body, edited_at, deleted_at })
      .where("chat_id", "=", chat_id)
      .where("seq", "=", seq),
);

const deleteMentions = prepare((db, { chat_id, seq }: Parameters<MessageKey>) =>
  db.deleteFrom("mentions").where("chat_id", "=", chat_id).where("seq", "=", seq),
);

async function deleteBelongings(tx: Transaction, { chat, seq }: MessageId): Promise<void> {
  for (const table of ["reactions", "message_files"] as const)
    await tx.deleteFrom(table).where("chat_id", "=", chat).where("seq", "=", seq).execute();
}

function requireRoom(tallies: readonly Tally[], tally: Tally | undefined): void {
  if (!tally && tallies.length >= LIMITS.maxEmojisPerMessage)
    throw new Refusal("invalid", "The message has as many different emojis as it can hold.");
}

async function appendReaction(
  { tx, append }: EventTransaction,
  actor: UserId,
  id: MessageId,
  emoji: string,
  tally: Tally | undefined,
): Promise<void> {
  const count = (tally?.count ?? 0) + 1;
  const seq = await append(reactionChanged(id, actor, { emoji, added: true, count }));
  await addReaction(tx, { ...id, user: actor, emoji, since: tally?.since ?? seq });
}

async function appendRemoval(
  { tx, append }: EventTransaction,
  actor: UserId,
  id: MessageId,
  { emoji, count }: Tally,
): Promise<void> {
  await removeReaction(tx, { ...id, user: actor, emoji });
  await append(reactionChanged(id, actor, { emoji, added: false, count: count - 1 }));
}

async function show(tx: Transaction, viewer: UserId, { chat, seq }: MessageId): Promise<Message> {
  const [message] = await readMessages(tx, viewer, [{ chat_id: chat, seq }]);
  return message as Message;
}
