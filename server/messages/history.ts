import type { ChatId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Message } from "@parley/contracts/messages";
import { opaque, type Parameters, prepare } from "@parley/db/prepare";
import { type Expression, type QueryExecutorProvider, type RawBuilder, sql } from "kysely";
import { filesOn, PAGE_COLUMNS, rangeOf, reactionsFor } from "./page-parts.ts";
import { readableChat } from "./require-readable.ts";
import { type ReadRow, showRead } from "./show-messages.ts";

/** The place of a page in a chat's history. */
export type Position =
  | { from: "newest" }
  | { from: "before"; seq: number }
  | { from: "after"; seq: number }
  | { from: "around"; seq: number };

export interface Page {
  /** Ascending by `seq`. */
  readonly messages: Message[];
  /** Whether more messages follow in the requested direction: newer ones for `after`, otherwise older ones. */
  readonly hasMore: boolean;
}

/**
 * Reads one page of a chat, as `viewer` sees it, by one statement.
 * @returns null when the viewer may not read the chat.
 */
export async function readPage(
  db: QueryExecutorProvider,
  viewer: UserId,
  chat: ChatId,
  position: Position,
  limit: number,
): Promise<Page | null> {
  const seq = position.from === "newest" ? Number.MAX_SAFE_INTEGER : position.seq;
  const read = STATEMENTS[position.from];
  const rows = await read.rows(db, { viewer, chat, seq, limit });
  if (rows.length === 0) return null;
  const found = showRead(rows.filter((row): row is ReadRow => row.seq !== null));
  switch (position.from) {
    case "newest":
    case "before":
      return { messages: found.slice(-limit), hasMore: found.length > limit };
    case "after":
      return { messages: found.slice(0, limit), hasMore: found.length > limit };
    case "around": {
      const older = found.filter((message) => message.seq < seq);
      const hasMore = older.length > Math.floor(limit / 2);
      return { messages: hasMore ? found.slice(1) : found, hasMore };
    }
  }
}

interface PageValues {
  readonly viewer: UserId;
  readonly chat: ChatId;
  readonly seq: number;
  readonly limit: number;
}

/** The only row of a chat without such messages has no `seq`; a chat that the viewer may not read has no row. */
type PageRow = ReadRow | { readonly seq: null };

/** The newest row of a page carries the files and reactions of all; it needs no count of the rows. */
const LAST = sql`page.seq = (select last from reach)`;

/** @param slice selects the messages of the page, and one more where the chat has more. */
function preparePage(
  slice: (parameters: Parameters<Omit<PageValues, "viewer">>) => RawBuilder<unknown>,
) {
  return prepare((_db, { viewer, chat, seq, limit }: Parameters<PageValues>) => {
    const messages = slice({
      chat,
      seq: opaque(seq, "bigint"),
      limit: opaque(limit, "bigint"),
    });
    return sql<PageRow>`
      with page as materialized (${messages}), reach as materialized (${rangeOf(chat)})
      select ${PAGE_COLUMNS}, ${filesOn(LAST)}, ${reactionsFor(viewer, LAST)}
      from ${readableChat(viewer, chat)} as readable left join page on true
      order by page.seq
    `;
  });
}

/** A page of PostgreSQL's plan has at most this many rows, whatever limit comes with the values. */
const MAX_ROWS = sql.lit(LIMITS.page.max + 1);

interface Slice {
  readonly chat: Expression<ChatId>;
  readonly seq: Expression<unknown>;
  readonly limit: Expression<unknown>;
}

/** The newest messages before a `seq`. */
const olderThan = ({ chat, seq, limit }: Slice) => sql`
  select * from (
    select * from messages where chat_id = ${chat} and seq < ${seq} order by seq desc limit ${MAX_ROWS}
  ) as older limit ${limit}
`;

/** The oldest messages from a `seq` on. */
const newerFrom = ({ chat, seq, limit }: Slice) => sql`
  select * from (
    select * from messages where chat_id = ${chat} and seq >= ${seq} order by seq limit ${MAX_ROWS}
  ) as newer limit ${limit}
`;

const olderPage = preparePage(({ chat, seq, limit }) =>
  olderThan({ chat, seq, limit: sql`${limit} + 1` }),
);

const newerPage = preparePage(({ chat, seq, limit }) =>
  newerFrom({ chat, seq: sql`${seq} + 1`, limit: sql`${limit} + 1` }),
);

/** Half of the messages are older than the place, fewer where the chat begins; one more is looked for. */
const pageAround = preparePage(({ chat, seq, limit }) => {
  const left = sql`${limit} - (select least(count(*), ${limit} / 2) from older)`;
  return sql`
    with older as materialized (
      ${olderThan({ chat, seq, limit: sql`${limit} / 2 + 1` })}
    )
    select * from older union all (${newerFrom({ chat, seq, limit: left })})
  `;
});

const STATEMENTS = { newest: olderPage, before: olderPage, after: newerPage, around: pageAround };
