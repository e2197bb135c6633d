import { ChatId, type UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import { type Message, SEARCH_CURSOR_MAX_LENGTH, SearchPage } from "@parley/contracts/messages";
import { trimmed } from "@parley/contracts/scalars";
import type { User } from "@parley/contracts/users";
import type { Database } from "@parley/db/open";
import { createTurns, type TurnsOptions } from "@parley/platform/async/turns";
import { Hono } from "hono";
import * as v from "valibot";
import { chatsOf } from "../chats/chat-store.ts";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { pageLimit } from "../http/query-fields.ts";
import { query } from "../http/request-validators.ts";
import { readMessages } from "../messages/read-messages.ts";
import { requireReadable } from "../messages/require-readable.ts";
import { keyOf } from "../messages/show-messages.ts";
import { highlightAll } from "./highlight.ts";
import { placeOfNext } from "./search-candidates.ts";
import { encodePlace, type Place, parseBefore } from "./search-cursor.ts";
import { type Search, searchMessages } from "./search-messages.ts";
import { searchTerms } from "./search-terms.ts";

/** One search reads much text: two of them leave the database time for everything else. */
const SIMULTANEOUS_SEARCHES: TurnsOptions = {
  maxRunning: 2,
  maxRunningPerKey: 1,
  maxQueuedPerKey: 2,
  maxQueued: 16,
  keyIsFull: "rate_limited",
};

export interface MessageSearchRoutesDeps {
  db: Database;
  showUsers(viewer: UserId, ids: readonly string[]): Promise<Map<string, User>>;
}

const SearchQuery = v.pipe(
  v.object({
    query: v.pipe(
      trimmed(1, LIMITS.searchQuery.max),
      v.check(
        (text) => searchTerms(text).length <= LIMITS.maxSearchWords,
        `has more than ${LIMITS.maxSearchWords} words`,
      ),
    ),
    chat: v.optional(ChatId),
    limit: pageLimit,
    before: v.optional(
      v.pipe(
        v.string("is given twice"),
        v.metadata({ minLength: 1, maxLength: SEARCH_CURSOR_MAX_LENGTH }),
        v.rawTransform(({ dataset, addIssue, NEVER }) => {
          const before = parseBefore(dataset.value);
          if (before) return before;
          addIssue({ message: "is no next of an earlier page, no time and no seq" });
          return NEVER;
        }),
      ),
    ),
  }),
  v.forward(
    v.check(
      ({ chat, before }) => chat !== undefined || before === undefined || "chat_id" in before,
      "is a seq, which needs a chat",
    ),
    ["before"],
  ),
);

/** The route that finds messages by words. */
export function createMessageSearchRoutes({ db, showUsers }: MessageSearchRoutesDeps) {
  const runInTurn = createTurns<UserId>(SIMULTANEOUS_SEARCHES);
  const routes = new Hono<AppEnv>().get(
    "/messages/search",
    documented("GET /service/api/messages/search", {
      summary: "Find messages by words or parts of words in the user’s chats, the newest first",
      description:
        `\`query\` has at most ${LIMITS.maxSearchWords} different words. One search of a user runs at a ` +
        "time, and two wait; a further one is refused with `rate_limited`",
      tag: "messages",
      answers: {
        200: [
          "Messages that contain every word of the query, and their senders. `highlight` is HTML: " +
            "escaped text with `<mark>` around each match. `next` is the `before` of the next page, " +
            "which may also be an ISO 8601 time or, with `chat`, a `seq`; a page may have few hits, " +
            "even none, although more follow",
          SearchPage,
        ],
      },
      refusals: ["not_found", "invalid", "overloaded"],
    }),
    query(SearchQuery),
    async function search(c) {
      const { query: text, chat, limit = LIMITS.page.default, before } = c.req.valid("query");
      const viewer = c.get("user").id;
      if (chat !== undefined) await requireReadable(db, viewer, chat);
      const { signal } = c.req.raw;
      const find = async () => {
        const chats = chat === undefined ? await chatsOf(db, viewer) : [chat];
        const place = await placeOf(chat, before);
        return findPage(viewer, { chats, terms: searchTerms(text), before: place, limit }, signal);
      };
      return c.json(await runInTurn(viewer, find, signal));
    },
  );
  return routes;

  async function findPage(
    viewer: UserId,
    search: Search,
    signal: AbortSignal,
  ): Promise<SearchPage> {
    const { places, next } = await searchMessages(db, search, signal);
    const messages = await shown(viewer, places);
    const highlights = await highlightAll(
      messages.map(({ body }) => body),
      search.terms,
    );
    const senders = await showUsers(viewer, [...new Set(messages.map(({ sender }) => sender))]);
    return {
      hits: messages.map((message, index) => ({ message, highlight: highlights[index] ?? "" })),
      users: [...senders.values()],
      hasMore: next !== null,
      next: next && encodePlace(next),
    };
  }

  /** The `seq` of an event that is no message stands for the next message. */
  async function placeOf(
    chat: ChatId | undefined,
    before: Place | { seq: number } | undefined,
  ): Promise<Place | undefined> {
    if (chat === undefined || !before || "chat_id" in before) return before as Place | undefined;
    return placeOfNext(db, chat, before.seq);
  }

  /** Leaves out a message that was deleted after it was found. */
  async function shown(viewer: UserId, places: readonly Place[]): Promise<Message[]> {
    const messages = new Map<string, Message>();
    for (const message of await readMessages(db, viewer, places))
      messages.set(keyOf({ chat_id: message.chat, seq: message.seq }), message);
    const found = places.flatMap((place) => messages.get(keyOf(place)) ?? []);
    return found.filter(({ deletedAt }) => deletedAt === null);
  }
}
