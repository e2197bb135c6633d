import type { MemberRole, Visibility } from "@parley/contracts/chats";
import type { ChatEvent, MemberAction } from "@parley/contracts/events";
import type { Message } from "@parley/contracts/messages";
import type { User } from "@parley/contracts/users";
import type { Queryable } from "@parley/db/queryable";
import type { ChangesTable } from "@parley/db/schema";
import type { Selectable } from "kysely";
import { findMessages, keyOf, showUnreacted } from "../messages/show-messages.ts";
import type { ReactionCount } from "./event-transaction.ts";

export type ChangeRow = Selectable<ChangesTable>;

export interface EventDeps {
  db: Queryable;
  /** Users without what depends on the reader. */
  showNeutral(ids: readonly string[], q?: Queryable): Promise<Map<string, User>>;
}

export function messageEvent(message: Message): ChatEvent {
  return {
    seq: message.seq,
    kind: "message",
    at: message.createdAt,
    by: message.sender,
    message,
  };
}

/** Shows rows of `changes` as events. */
export async function changeEvents(
  deps: EventDeps,
  rows: readonly ChangeRow[],
): Promise<ChatEvent[]> {
  return (await changeEventsOfChats(deps, rows)).map(([, event]) => event);
}

/** Shows rows of `changes` as events, each with its chat. */
export async function changeEventsOfChats(
  { db, showNeutral }: EventDeps,
  rows: readonly ChangeRow[],
): Promise<[chat: string, event: ChatEvent][]> {
  if (rows.length === 0) return [];
  const users = await showNeutral(
    rows.flatMap(({ user_id }) => user_id ?? []),
    db,
  );
  const messages = await editedMessages(db, rows);
  return rows.flatMap((row) => {
    const event = showChange(row, users, messages);
    return event ? [[row.chat_id, event]] : [];
  });
}

/** The messages that were edited, as they are now but for reactions, by {@link keyOf}. */
async function editedMessages(db: Queryable, rows: readonly ChangeRow[]) {
  const edits = rows.filter(({ kind }) => kind === "edit");
  if (edits.length === 0) return new Map<string, Message>();
  const found = await findMessages(db, edits.map(targetOf));
  const messages = await showUnreacted(db, found);
  return new Map(messages.map((message) => [`${message.chat} ${message.seq}`, message]));
}

const targetOf = ({ chat_id, target }: ChangeRow) => ({ chat_id, seq: target ?? 0 });

function showChange(
  row: ChangeRow,
  users: ReadonlyMap<string, User>,
  messages: ReadonlyMap<string, Message>,
): ChatEvent | null {
  const common = { seq: row.seq, at: row.at.toISOString(), by: row.by_id };
  const { detail } = row;
  switch (row.kind) {
    case "member": {
      const user = users.get(row.user_id ?? "");
      return user
        ? {
            ...common,
            kind: "member",
            user,
            action: detail["action"] as MemberAction,
            role: detail["role"] as MemberRole,
            mutedUntil: detail["mutedUntil"] as string | null,
          }
        : null;
    }
    case "chat":
      return {
        ...common,
        kind: "chat",
        name: detail["name"] as string,
        topic: detail["topic"] as string,
        visibility: detail["visibility"] as Visibility,
      };
    case "edit": {
      const message = messages.get(keyOf(targetOf(row)));
      const reactions = (detail["reactions"] as ReactionCount[]).map(notMine);
      return message
        ? { ...common, kind: "edit", target: message.seq, message: { ...message, reactions } }
        : null;
    }
    case "delete":
      return { ...common, kind: "delete", target: row.target ?? 0 };
    case "reaction":
      return {
        ...common,
        kind: "reaction",
        target: row.target ?? 0,
        emoji: detail["emoji"] as string,
        added: detail["added"] as boolean,
        count: detail["count"] as number,
      };
  }
}

/** No one reader's: the frame serves them all. */
const notMine = ({ emoji, count }: ReactionCount) => ({ emoji, count, mine: false });
