import type { ChatEvent } from "@parley/contracts/events";
import type { UserId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import {
  type ChangeRow,
  commonFields,
  type KindDefinition,
  type NewEvent,
} from "../events/kinds.ts";
import { readWithoutReactions, showWithoutReactions } from "./read-messages.ts";
import { keyOf, type MessageId, messageEvent } from "./show-messages.ts";

/** How many people react to a message with an emoji. */
export interface ReactionCount {
  readonly emoji: string;
  readonly count: number;
}

export const messageKind: KindDefinition<"messages"> = {
  table: "messages",
  show: async (db, rows) => (await showWithoutReactions(db, rows)).map(messageEvent),
};

export const editKind: KindDefinition<"changes"> = {
  table: "changes",
  async show(db, rows) {
    const found = await readWithoutReactions(db, rows.map(targetOf));
    const messages = new Map(
      found.map((message) => [keyOf({ chat_id: message.chat, seq: message.seq }), message]),
    );
    return rows.map((row) => editEvent(row, messages.get(keyOf(targetOf(row)))));
  },
};

export const deleteKind: KindDefinition<"changes"> = {
  table: "changes",
  show: async (_, rows) => rows.map(deleteEvent),
};

export const reactionKind: KindDefinition<"changes"> = {
  table: "changes",
  show: async (_, rows) => rows.map(reactionEvent),
};

/** An edit of a message that is gone is shown as a deletion. */
function editEvent(row: ChangeRow, message: Message | undefined): ChatEvent {
  if (!message) return deleteEvent(row);
  // One frame serves all readers, so that no reaction is marked as the reader's own.
  const reactions = (row.detail["reactions"] as ReactionCount[]).map(({ emoji, count }) => ({
    emoji,
    count,
    mine: false,
  }));
  return {
    ...commonFields(row),
    kind: "edit",
    target: message.seq,
    message: { ...message, reactions },
  };
}

function deleteEvent(row: ChangeRow): ChatEvent {
  return { ...commonFields(row), kind: "delete", target: targetOf(row).seq };
}

function reactionEvent(row: ChangeRow): ChatEvent {
  const { emoji, added, count } = row.detail;
  return {
    ...commonFields(row),
    kind: "reaction",
    target: targetOf(row).seq,
    emoji: emoji as string,
    added: added as boolean,
    count: count as number,
  };
}

const targetOf = ({ chat_id, target }: ChangeRow) => ({ chat_id, seq: target ?? 0 });

/** @param reactions those of the message at this event. */
export function messageEdited(
  { chat, seq: target }: MessageId,
  by: UserId,
  reactions: readonly ReactionCount[],
): NewEvent {
  return { kind: "edit", chat, by, target, detail: { reactions } };
}

export function messageDeleted({ chat, seq: target }: MessageId, by: UserId): NewEvent {
  return { kind: "delete", chat, by, target, detail: {} };
}

/** @param reaction `count`: how many people react with the emoji after the event. */
export function reactionChanged(
  { chat, seq: target }: MessageId,
  by: UserId,
  { emoji, added, count }: ReactionCount & { readonly added: boolean },
): NewEvent {
  return { kind: "reaction", chat, by, target, detail: { emoji, added, count } };
}
