import type { ChatEvent } from "@parley/contracts/events";
import type { ChangesTable, MessagesTable } from "@parley/db/schema";
import { type Selectable, sql } from "kysely";
import { showUnreacted } from "../messages/show-messages.ts";
import { changeEventsOfChats, type EventDeps, messageEvent } from "./show-events.ts";

/** A part of a chat's sequence, without its first place and with its last. */
export interface Range {
  readonly chat: string;
  readonly after: number;
  readonly upTo: number;
}

export interface ReplaySet {
  /** The newest `seq` committed of each chat, with one statement: all up to it is committed too. */
  heads(chats: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The events of each chat's range, ascending; with as many statements however many the ranges. */
  events(ranges: readonly Range[]): Promise<ReadonlyMap<string, readonly ChatEvent[]>>;
}

/** Reads again what happened in many chats at once: the same events that were published live. */
export function createReplaySet({ db, showNeutral }: EventDeps): ReplaySet {
  return {
    async heads(chats) {
      const rows = await db
        .selectFrom("chats")
        .select(["id", "last_seq"])
        .where(sql<boolean>`id = any(${chats}::uuid[])`)
        .execute();
      return new Map(rows.map(({ id, last_seq }) => [id, last_seq]));
    },

    async events(ranges) {
      const { rows: messages } = await sql<Selectable<MessagesTable>>`
        select found.* from ${tableOf(ranges)}
        cross join lateral (select * from messages where ${isWithin} order by seq limit ${longest(ranges)}) as found
      `.execute(db);
      const { rows: changes } = await sql<Selectable<ChangesTable>>`
        select found.* from ${tableOf(ranges)}
        cross join lateral (select * from changes where ${isWithin} order by seq limit ${longest(ranges)}) as found
      `.execute(db);
      const said = (await showUnreacted(db, messages)).map(
        (message) => [message.chat, messageEvent(message)] as const,
      );
      return inOrder([...said, ...(await changeEventsOfChats({ db, showNeutral }, changes))]);
    },
  };
}

function inOrder(found: (readonly [chat: string, event: ChatEvent])[]): Map<string, ChatEvent[]> {
  const events = new Map<string, ChatEvent[]>();
  for (const [chat, event] of found.sort(([, a], [, b]) => a.seq - b.seq))
    events.getOrInsertComputed(chat, () => []).push(event);
  return events;
}

function tableOf(ranges: readonly Range[]) {
  const chats = ranges.map(({ chat }) => chat);
  const afters = ranges.map(({ after }) => after);
  const ends = ranges.map(({ upTo }) => upTo);
  return sql`unnest(${chats}::uuid[], ${afters}::bigint[], ${ends}::bigint[]) as asked (chat, after, up_to)`;
}

const isWithin = sql`chat_id = asked.chat and seq > asked.after and seq <= asked.up_to`;

/** No range has more rows: told, the planner reads each by the key, and never a whole table. */
function longest(ranges: readonly Range[]): number {
  return Math.max(0, ...ranges.map(({ after, upTo }) => upTo - after));
}
