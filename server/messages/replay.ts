import type { MemberRole, Visibility } from "@parley/contracts/chats";
import type { ChatEvent, MemberAction } from "@parley/contracts/events";
import type { Message } from "@parley/contracts/messages";
import type { User } from "@parley/contracts/users";
import type { ChangesTable } from "@parley/db/schema";
import { type Selectable, sql } from "kysely";
import type { Queryable } from "./change.ts";
import { showMessages } from "./show.ts";

export type ChangeRow = Selectable<ChangesTable>;

export interface ReplayDeps {
  db: Queryable;
  /** Users without what depends on the reader. */
  showNeutral(ids: readonly string[], q?: Queryable): Promise<Map<string, User>>;
}

export type Replay = ReturnType<typeof createReplay>;

/** Reads again, from the tables, what happened in a chat: the same events that were published live. */
export function createReplay({ db, showNeutral }: ReplayDeps) {
  /** The events after `after`, at most `limit` of them, ascending and without holes. */
  return async function replay(chat: string, after: number, limit: number): Promise<ChatEvent[]> {
    const head = await headOf(db, chat);
    const messages = await db
      .selectFrom("messages")
      .selectAll()
      .where(within(chat, after, head))
      .orderBy("seq")
      .limit(limit)
      .execute();
    const changes = await db
      .selectFrom("changes")
      .selectAll()
      .where(within(chat, after, head))
      .orderBy("seq")
      .limit(limit)
      .execute();
    const events = (await showMessages(db, null, messages)).map(messageEvent);
    return [...events, ...(await changeEvents({ db, showNeutral }, changes))]
      .sort((a, b) => a.seq - b.seq)
      .slice(0, limit);
  };
}

/**
 * The newest `seq` committed. All up to it is committed too, so the two tables, read one after the
 * other, agree up to it: without the bound a commit between the two reads would leave a hole.
 */
async function headOf(db: Queryable, chat: string): Promise<number> {
  const row = await db
    .selectFrom("chats")
    .select("last_seq")
    .where("id", "=", chat)
    .executeTakeFirst();
  return row?.last_seq ?? 0;
}

function within(chat: string, after: number, head: number) {
  return sql<boolean>`chat_id = ${chat}::uuid and seq > ${after} and seq <= ${head}`;
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
  { db, showNeutral }: ReplayDeps,
  rows: readonly ChangeRow[],
): Promise<ChatEvent[]> {
  if (rows.length === 0) return [];
  const users = await showNeutral(
    rows.flatMap(({ user_id }) => user_id ?? []),
    db,
  );
  const messages = await editedMessages(db, rows);
  return rows.flatMap((row) => showChange(row, users, messages) ?? []);
}

async function editedMessages(db: Queryable, rows: readonly ChangeRow[]) {
  const edits = rows.filter(({ kind }) => kind === "edit");
  if (edits.length === 0) return new Map<string, Message>();
  const found = await db
    .selectFrom("messages")
    .selectAll()
    .where((eb) =>
      eb(
        eb.refTuple("chat_id", "seq"),
        "in",
        edits.map(({ chat_id, target }) => eb.tuple(chat_id, target ?? 0)),
      ),
    )
    .execute();
  const messages = await showMessages(db, null, found);
  return new Map(messages.map((message) => [`${message.chat} ${message.seq}`, message]));
}

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
      const message = messages.get(`${row.chat_id} ${row.target}`);
      return message ? { ...common, kind: "edit", target: message.seq, message } : null;
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
      };
  }
}
