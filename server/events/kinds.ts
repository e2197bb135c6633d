import type { ChatEvent, EventKind } from "@parley/contracts/events";
import type { ChatId, UserId } from "@parley/contracts/ids";
import type { ChangesTable, Tables } from "@parley/db/schema";
import type { QueryExecutorProvider, Selectable } from "kysely";

/** A row of `changes`, which stores every kind of event that has no table of its own. */
export type ChangeRow = Selectable<ChangesTable>;

/** How the events of one kind are stored and shown. */
export interface KindDefinition<Table extends keyof Tables = keyof Tables> {
  /** `changes`, or a table that stores the events of this kind alone. */
  readonly table: Table;
  /**
   * Shows rows as events: one event for each row, in the order of the rows, so that a replay has no
   * hole even where the subject of an event is gone. The number of statements does not grow with
   * the number of rows, and for no rows there is none.
   */
  show(db: QueryExecutorProvider, rows: readonly Selectable<Tables[Table]>[]): Promise<ChatEvent[]>;
}

type ChangeKind = ChangesTable["kind"];

/** The definition of every kind of event; `server/event-kinds.ts` lists them. */
export type EventKinds = Readonly<
  Record<ChangeKind, KindDefinition<"changes">> &
    Record<Exclude<EventKind, ChangeKind>, KindDefinition>
>;

/** An event to be appended to its chat; each kind has a function that makes one. */
export interface NewEvent {
  readonly kind: ChangeKind;
  readonly chat: ChatId;
  readonly by: UserId;
  /** The `seq` of the message that the event is about. */
  readonly target?: number;
  /** The user that the event is about. */
  readonly user?: UserId;
  /** The other fields of the event, as they are stored. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The fields that every event has. */
export function commonFields({ seq, at, by_id }: ChangeRow) {
  return { seq, at: at.toISOString(), by: by_id };
}

/** Shows rows of `changes` as events: one for each row, in the order of the rows. */
export async function showChanges(
  kinds: EventKinds,
  db: QueryExecutorProvider,
  rows: readonly ChangeRow[],
): Promise<ChatEvent[]> {
  const shown = new Map<ChangeRow, ChatEvent>();
  const groups = [...Map.groupBy(rows, (row) => row.kind)];
  await Promise.all(
    groups.map(async ([kind, group]) => {
      const events = await (kinds[kind] ?? UNKNOWN_KIND).show(db, group);
      group.forEach((row, index) => {
        shown.set(row, events[index] as ChatEvent);
      });
    }),
  );
  return rows.map((row) => shown.get(row) as ChatEvent);
}

/** A newer server may store kinds that this one does not know; receivers skip such an event. */
const UNKNOWN_KIND: KindDefinition<"changes"> = {
  table: "changes",
  show: async (_, rows) =>
    rows.map((row) => ({ ...commonFields(row), kind: row.kind }) as ChatEvent),
};
