import type { ClientFrame } from "@parley/contracts/frames";
import { LIMITS } from "@parley/contracts/limits";
import type { RouteKey } from "@parley/contracts/routes";
import type { Cost } from "./measure-cost.ts";

/** The most that a route or a frame costs in the large database of the tests. */
export interface CostBound extends Cost {
  /** What keeps the cost from growing with the data, or how far it may grow. */
  readonly boundedBy: string;
}

const { max: CHATS } = LIMITS.chats;
const PAGE = LIMITS.page.max;
const BLOCKS = LIMITS.maxBlocks;
/** Rows of look-ups by key. */
const FEW = 100;
/** The newest messages of a chat in which the unread ones are counted. */
const UNREAD = 10_000;
/** A chat with as many unread messages of others as are counted. */
const CHAT = 2 * LIMITS.maxUnreadCount + FEW;
/** Users of a page or of a list of chats whose memberships are compared with the viewer's. */
const ACQUAINTED = 2 * CHATS;
/** Reactions to the messages of a page, in the large database. */
const REACTIONS = 4_000;

/** The check of a session that is not cached, and the note that it was used. */
const SESSION = 2;

const bound = (statements: number, rows: number, boundedBy: string): CostBound => ({
  statements,
  rows,
  boundedBy,
});
const none = (boundedBy: string) => bound(0, 0, boundedBy);
const keys = (statements: number, what = "look-ups by key") => bound(statements, FEW, what);

const ONE_CHAT = "the newest 10,000 messages after the read mark";

/** Every route of gateway and server; a route without a bound does not compile. */
export const ROUTE_COSTS: Readonly<Record<RouteKey, CostBound>> = {
  "GET /": none("a file in memory"),
  "GET /login": none("a file in memory"),
  "GET /register": none("a file in memory"),
  "GET /chat/*": none("a file in memory"),
  "GET /settings/*": none("a file in memory"),
  "GET /assets/*": none("a file in memory"),
  "GET /ws": none("20 sockets of a user, 200 of an address; see the frames"),
  "GET /metrics": none("series of a fixed number of labels, and of 100 users"),
  "GET /healthz": none("a constant"),
  "GET /readyz": none("the state of the link"),
  "GET /service/healthz": none("a constant"),
  "GET /service/readyz": keys(1, "one check a second, however many requests"),
  "GET /service/metrics": none("series of a fixed number of labels"),
  "POST /service/api/register": keys(8, "look-ups by key; one hash, on half of the cores"),
  "POST /service/api/login": keys(5, "look-ups by key; one hash, on half of the cores"),
  "POST /service/api/logout": keys(2),
  "POST /service/api/session": keys(2),
  "GET /service/api/sessions": keys(2, "50 sessions of a user"),
  "DELETE /service/api/sessions/:id": keys(2),
  "GET /service/api/bootstrap": bound(
    SESSION + 3,
    2 * UNREAD + 4 * CHATS + 2 * BLOCKS + ACQUAINTED,
    "1,000 chats of a user, of which 200 and those with mentions and requests are shown; the newest 10,000 messages of each after its read mark; 1,000 blocks; 2 s for each statement",
  ),
  "GET /service/api/profile": keys(2),
  "PATCH /service/api/profile": keys(
    4,
    "look-ups by key; 10 changes a minute; told to the online members of 1,000 chats, gathered for 1 s",
  ),
  "POST /service/api/profile/password": keys(
    4,
    "look-ups by key; two hashes, on half of the cores",
  ),
  "PUT /service/api/profile/avatar": keys(4, "look-ups by key; one picture of a user at a time"),
  "DELETE /service/api/profile/avatar": keys(5),
  "GET /service/api/profile/:userId": bound(2, ACQUAINTED, "1,000 chats of each of two users"),
  "GET /service/api/users": bound(
    3,
    ACQUAINTED + 2 * BLOCKS + FEW,
    "100 users in the order of an index; 1,000 chats of each; 2 s for each statement",
  ),
  "GET /service/api/chats": bound(
    SESSION + 2,
    UNREAD + 3 * CHATS + ACQUAINTED,
    "100 chats of 1,000; the newest 10,000 messages of each after its read mark; 2 s for each statement",
  ),
  "POST /service/api/chats": bound(22, 5 * FEW, "100 members of a request; 100 chats a day"),
  "GET /service/api/chats/:id": bound(SESSION + 2, CHAT, ONE_CHAT),
  "PATCH /service/api/chats/:id": bound(
    21,
    2 * CHAT,
    `${ONE_CHAT}; then once for each member online, one after the other in the background`,
  ),
  "DELETE /service/api/chats/:id": bound(
    10,
    FEW,
    "the members, who are told; messages are deleted in slices in the background",
  ),
  "POST /service/api/chats/:id/join": bound(19, 5 * FEW, "look-ups by key"),
  "POST /service/api/chats/:id/leave": keys(
    11,
    "look-ups by key; all members where the owner leaves",
  ),
  "POST /service/api/chats/:id/accept": bound(11, 5 * FEW, "look-ups by key"),
  "POST /service/api/chats/:id/read": keys(SESSION + 1),
  "GET /service/api/chats/:id/members": bound(
    SESSION + 2,
    2 * PAGE + ACQUAINTED,
    "100 members, with 1,000 chats of each",
  ),
  "PUT /service/api/chats/:id/members/:userId": bound(
    21,
    2 * CHAT + ACQUAINTED,
    "1,000 chats of each of two users; then the chat once for each of the two online",
  ),
  "DELETE /service/api/chats/:id/members/:userId": keys(11),
  "GET /service/api/messages": bound(
    3,
    2 * PAGE + REACTIONS + ACQUAINTED,
    "100 messages with their reactions and senders; 2 s for each statement",
  ),
  "POST /service/api/messages": keys(7),
  "GET /service/api/messages/search": bound(
    5,
    2 * (1_000 + 20_000) + 2 * CHATS,
    "2 MiB of text and 21,000 messages; 500 ms for the index; one search of a user, two of the server",
  ),
  "PATCH /service/api/messages/:chat/:seq": bound(14, 2 * FEW, "look-ups by key"),
  "DELETE /service/api/messages/:chat/:seq": bound(13, 2 * FEW, "look-ups by key"),
  "PUT /service/api/messages/:chat/:seq/reactions/:emoji": keys(
    12,
    "look-ups by key; 50 emojis of a message",
  ),
  "DELETE /service/api/messages/:chat/:seq/reactions/:emoji": keys(11),
  "GET /service/api/block": bound(SESSION + 2, 5 * BLOCKS + ACQUAINTED, "1,000 blocks of a user"),
  "POST /service/api/block": bound(
    20,
    5 * BLOCKS + FEW,
    "1,000 blocks of a user; then the presence of the two, gathered for 1 s",
  ),
  "DELETE /service/api/block/:userId": bound(
    9,
    3 * BLOCKS + FEW,
    "look-ups by key; then the presence of the two, gathered for 1 s",
  ),
  "GET /service/api/openapi.json": none("a document that is made once"),
};

/** What a connection sends, and its opening; a type of frame without a bound does not compile. */
export const FRAME_COSTS: Readonly<Record<ClientFrame["type"] | "opening", CostBound>> = {
  opening: bound(
    4,
    3 * CHATS + 2 * BLOCKS,
    "1,000 chats of a user; 1,000 blocks; the users who are online in these chats. Connections that open at once share the statements",
  ),
  send: keys(6),
  resume: bound(
    13,
    4 * (LIMITS.maxReplayEvents + 2 * CHATS),
    "1,000 events of a chat; five statements and the heads of 1,000 chats for a page of 1,000 events, which is sent before the next is read; four pages of the server at once",
  ),
  typing: keys(1, "look-ups by key; one frame in 2 s for each chat"),
  read: keys(1),
  ping: none("a constant"),
};
