import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import type { Queryable } from "@parley/db/queryable";
import type { Tables } from "@parley/db/schema";
import { type Selectable, sql } from "kysely";
import { type ChangeRow, type EventKinds, type KindDefinition, showChanges } from "./kinds.ts";

/** A part of a chat's sequence: the events with `after < seq <= upTo`. */
export interface Range {
  readonly chat: ChatId;
  readonly after: number;
  readonly upTo: number;
}

/** Reads committed events again, as they were published. */
export interface Replay {
  /**
   * The newest committed `seq` of each chat, read by one statement. Every lower `seq` is committed
   * too, so that a range up to it has no holes, although each table is read by a statement of its own.
   */
  heads(chats: readonly ChatId[]): Promise<ReadonlyMap<string, number>>;
  /** The events of each chat's range, ascending; the number of statements does not grow with the ranges. */
  events(ranges: readonly Range[]): Promise<ReadonlyMap<string, readonly ChatEvent[]>>;
}

type Table = keyof Tables;
type EventRow = Selectable<Tables[Table]> & { chat_id: ChatId; seq: number };

export function createReplay({ db, kinds }: { db: Queryable; kinds: EventKinds }): Replay {
  /** The tables that store events, each with what shows its rows. */
  const tables = new Map<Table, KindDefinition["show"]>(
    Object.values(kinds).map(({ table, show }) => [table, show]),
  );
  tables.set("changes", (q, rows) => showChanges(kinds, q, rows as readonly ChangeRow[]));

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
      const found: (readonly [chat: string, event: ChatEvent])[] = [];
      for (const [table, show] of tables) {
        const rows = await readRanges(db, table, ranges);
        if (rows.length === 0) continue;
        const events = await show(db, rows);
        for (const [index, { chat_id }] of rows.entries())
          found.push([chat_id, events[index] as ChatEvent]);
      }
      return byChat(found);
    },
  };
}

async function readRanges(
  db: Queryable,
  table: Table,
  ranges: readonly Range[],
): Promise<EventRow[]> {
  const chats = ranges.map(({ chat }) => chat);
  const afters = ranges.map(({ after }) => after);
  const ends = ranges.map(({ upTo }) => upTo);
  // No range has more rows. With the limit, the planner reads each range by the key, and never the whole table.
  const longest = Math.max(0, ...ranges.map(({ after, upTo }) => upTo - after));
  const { rows } = await sql<EventRow>`
    select found.* from unnest(${chats}::uuid[], ${afters}::bigint[], ${ends}::bigint[])
      as asked (chat, after, up_to)
    cross join lateral (
      select * from ${sql.table(table)}
      where chat_id = asked.chat and seq > asked.after and seq <= asked.up_to
      order by seq limit ${longest}
    ) as found
  `.execute(db);
  return rows;
}

function byChat(found: (readonly [chat: string, event: ChatEvent])[]): Map<string, ChatEvent[]> {
  const events = new Map<string, ChatEvent[]>();
  for (const [chat, event] of found.sort(([, a], [, b]) => a.seq - b.seq))
    events.getOrInsertComputed(chat, () => []).push(event);
  return events;
}
