import { LIMITS } from "@parley/contracts/limits";
import type { Message } from "@parley/contracts/messages";
import type { Transaction } from "@parley/db/queryable";
import { Refusal } from "@parley/platform/http/problem";
import type { EventTransaction, EventWriter } from "../events/event-transaction.ts";
import { rewritePassage } from "../search/search-chunks.ts";
import { type MessageName, requireTarget } from "./lock-message.ts";
import { insertMentions } from "./mentions.ts";
import { denyDeletion, denyEdit, denyReaction, type ReactionAct } from "./message-rules.ts";
import { deleteReaction, insertReaction, type Tally, tallyReactions } from "./reactions.ts";
import { type MessageRow, showMessages } from "./show-messages.ts";

export type MessageChanges = ReturnType<typeof createMessageChanges>;

/** Changes messages that are there; a wish for what is so already makes no event. */
export function createMessageChanges({ writer }: { writer: EventWriter }) {
  return {
    /** Gives a message other words. @returns it as its author sees it. */
    edit(actor: string, name: MessageName, body: string): Promise<Message> {
      return writer.transact(async ({ tx, now, append }) => {
        const row = await requireTarget(tx, actor, name, now, (found) =>
          denyEdit(found, body, now),
        );
        if (row.body === body) return show(tx, actor, row);
        const edited = { ...row, body, edited_at: now };
        await rewrite(tx, edited);
        await insertMentions(tx, [edited]);
        const tallies = await tallyReactions(tx, name, actor);
        await append({
          kind: "edit",
          chat: name.chat,
          by: actor,
          target: name.seq,
          reactions: tallies.map(({ emoji, count }) => ({ emoji, count })),
        });
        return show(tx, actor, edited);
      });
    },

    /** Takes a message's words, files and reactions away for good; its place stays. */
    remove(actor: string, name: MessageName): Promise<void> {
      return writer.transact(async ({ tx, now, append }) => {
        const row = await requireTarget(tx, actor, name, now, denyDeletion);
        if (row.deleted_at !== null) return;
        await rewrite(tx, { ...row, body: "", deleted_at: now });
        await deleteBelongings(tx, name);
        await append({ kind: "delete", chat: name.chat, by: actor, target: name.seq });
      });
    },

    /** Adds somebody's reaction, or takes it back. @returns the message as they see it. */
    react(actor: string, name: MessageName, emoji: string, act: ReactionAct): Promise<Message> {
      return writer.transact(async (scope) => {
        const row = await requireTarget(scope.tx, actor, name, scope.now, (found) =>
          denyReaction(found, act, scope.now),
        );
        const tallies = await tallyReactions(scope.tx, name, actor);
        const tally = tallies.find((each) => each.emoji === emoji);
        const isThere = tally?.mine === true;
        if (act === "add" && !isThere) {
          requireRoom(tallies, tally);
          await addReaction(scope, actor, name, emoji, tally);
        }
        if (act === "remove" && isThere) await removeReaction(scope, actor, name, tally);
        return show(scope.tx, actor, row);
      });
    },
  };
}

/** Gives a message its new body and times; whom the old words mentioned is forgotten. */
async function rewrite(
  tx: Transaction,
  { chat_id, seq, body, edited_at, deleted_at }: MessageRow,
): Promise<void> {
  await tx
    .updateTable("messages")
    .set({ body, edited_at, deleted_at })
    .where("chat_id", "=", chat_id)
    .where("seq", "=", seq)
    .execute();
  await tx.deleteFrom("mentions").where("chat_id", "=", chat_id).where("seq", "=", seq).execute();
  await rewritePassage(tx, { chat: chat_id, seq });
}

async function deleteBelongings(tx: Transaction, { chat, seq }: MessageName): Promise<void> {
  for (const table of ["reactions", "message_files"] as const)
    await tx.deleteFrom(table).where("chat_id", "=", chat).where("seq", "=", seq).execute();
}

function requireRoom(tallies: readonly Tally[], tally: Tally | undefined): void {
  if (!tally && tallies.length >= LIMITS.maxEmojisPerMessage)
    throw new Refusal("invalid", "The message has as many different emojis as it can hold.");
}

async function addReaction(
  { tx, append }: EventTransaction,
  by: string,
  { chat, seq: target }: MessageName,
  emoji: string,
  tally: Tally | undefined,
): Promise<void> {
  const count = (tally?.count ?? 0) + 1;
  const seq = await append({ kind: "reaction", chat, by, target, emoji, added: true, count });
  await insertReaction(tx, { chat, seq: target }, by, { emoji, since: tally?.since ?? seq });
}

async function removeReaction(
  { tx, append }: EventTransaction,
  by: string,
  { chat, seq: target }: MessageName,
  { emoji, count: before }: Tally,
): Promise<void> {
  const count = before - 1;
  await deleteReaction(tx, { chat, seq: target }, by, emoji);
  await append({ kind: "reaction", chat, by, target, emoji, added: false, count });
}

async function show(tx: Transaction, viewer: string, row: MessageRow): Promise<Message> {
  const [message] = await showMessages(tx, viewer, [row]);
  return message as Message;
}
