import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import { pipelinedReads } from "@parley/db/pipelined-reads";
import { opaque, type Parameters, type PreparedStatement, prepare } from "@parley/db/prepare";
import type { Tables } from "@parley/db/schema";
import { type QueryExecutorProvider, type Selectable, sql } from "kysely";
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
  /**
   * The events of each chat's range, ascending. The number of statements does not grow with the ranges;
   * those that do not depend on each other are sent together.
   */
  events(ranges: readonly Range[]): Promise<ReadonlyMap<string, readonly ChatEvent[]>>;
}

type Table = keyof Tables;
type EventRow = Selectable<Tables[Table]> & { chat_id: ChatId; seq: number };

export function createReplay({ db, kinds }: { db: Database; kinds: EventKinds }): Replay {
  const sources = new Map<Table, Source>();
  for (const { table, show } of Object.values(kinds))
    sources.set(table, { statement: statementOf(table), show });
  sources.set("changes", {
    statement: statementOf("changes"),
    show: (q, rows) => showChanges(kinds, q, rows as readonly ChangeRow[]),
  });

  return {
    async heads(chats) {
      const rows = await findHeads.rows(db, { chats });
      return new Map(rows.map(({ id, last_seq }) => [id, last_seq]));
    },

    async events(ranges) {
      const found = await pipelinedReads(db, (q) =>
        Promise.all([...sources.values()].map((source) => eventsOf(q, source, ranges))),
      );
      return byChat(found.flat());
    },
  };
}

const findHeads = prepare(
  (_db, { chats }: Parameters<{ chats: readonly ChatId[] }>) => sql<{
    id: ChatId;
    last_seq: number;
  }>`
    select head.* from unnest(${opaque(chats, "uuid[]")}) as asked (id)
    cross join lateral (select id, last_seq from chats where id = asked.id limit 1) as head
  `,
);

type FoundEvent = readonly [chat: ChatId, event: ChatEvent];

/** A table that stores events. */
interface Source {
  readonly statement: PreparedStatement<Ranges, EventRow>;
  readonly show: KindDefinition["show"];
}

async function eventsOf(
  q: QueryExecutorProvider,
  { statement, show }: Source,
  ranges: readonly Range[],
): Promise<FoundEvent[]> {
  const rows = await statement.rows(q, {
    chats: ranges.map(({ chat }) => chat),
    afters: ranges.map(({ after }) => after),
    ends: ranges.map(({ upTo }) => upTo),
    longest: Math.max(0, ...ranges.map(({ after, upTo }) => upTo - after)),
  });
  const events = await show(q, rows);
  return rows.map(({ chat_id }, index) => [chat_id, events[index] as ChatEvent]);
}

interface Ranges {
  readonly chats: readonly ChatId[];
  readonly afters: readonly number[];
  readonly ends: readonly number[];
  /** No range has more rows. */
  readonly longest: number;
}

const statements = new Map<Table, PreparedStatement<Ranges, EventRow>>();

/** The statement that reads ranges of a table: with its limit, the planner reads each range by the key. */
function statementOf(table: Table): PreparedStatement<Ranges, EventRow> {
  return statements.getOrInsertComputed(table, () =>
    prepare(
      (_db, { chats, afters, ends, longest }: Parameters<Ranges>) => sql<EventRow>`
        select found.* from unnest(${opaque(chats, "uuid[]")}, ${opaque(afters, "bigint[]")},
          ${opaque(ends, "bigint[]")}) as asked (chat, after, up_to)
        cross join lateral (
          select * from ${sql.table(table)}
          where chat_id = asked.chat and seq > asked.after and seq <= asked.up_to
          order by seq limit ${opaque(longest, "bigint")}
        ) as found
      `,
    ),
  );
}

function byChat(found: FoundEvent[]): Map<string, ChatEvent[]> {
  const events = new Map<string, ChatEvent[]>();
  for (const [chat, event] of found.sort(([, a], [, b]) => a.seq - b.seq))
    events.getOrInsertComputed(chat, () => []).push(event);
  return events;
}
