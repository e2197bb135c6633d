import * as v from "valibot";
import { File } from "./files.ts";
import { ChatId, FileId, UserId } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import {
  ClientId,
  Count,
  Emoji,
  Instant,
  listOf,
  MessageBody,
  Seq,
  STORABLE_AND_NOT_BLANK,
  stored,
} from "./scalars.ts";
import { User } from "./users.ts";

const Reaction = v.object({ emoji: Emoji, count: Count, mine: v.boolean() });

/** A message, identified by its chat and `seq`; a deleted message keeps its place with an empty body. */
export const Message = v.pipe(
  v.object({
    chat: ChatId,
    seq: Seq,
    clientId: ClientId,
    sender: UserId,
    body: stored(LIMITS.body.max),
    replyTo: v.nullable(Seq),
    files: listOf(File, LIMITS.maxFilesPerMessage),
    reactions: listOf(Reaction, LIMITS.maxEmojisPerMessage),
    editedAt: v.nullable(Instant),
    deletedAt: v.nullable(Instant),
    createdAt: Instant,
  }),
  v.metadata({ title: "Message" }),
);
export type Message = v.InferOutput<typeof Message>;

/** A message to send, over HTTP or in a `send` frame. */
export const Draft = v.pipe(
  v.object({
    chat: ChatId,
    clientId: ClientId,
    body: MessageBody,
    replyTo: v.optional(v.nullable(Seq)),
    files: v.optional(
      v.pipe(
        v.array(FileId),
        v.maxLength(LIMITS.maxFilesPerMessage, "are more than a message can hold"),
      ),
    ),
  }),
  v.metadata({
    anyOf: [
      { properties: { body: { pattern: STORABLE_AND_NOT_BLANK } } },
      { properties: { files: { minItems: 1 } }, required: ["files"] },
    ],
  }),
);
export type Draft = v.InferOutput<typeof Draft>;

/** A new body for a message; it may be empty when the message has files. */
export const MessageChange = v.object({ body: MessageBody });

export const MessagePage = v.object({
  messages: listOf(Message, LIMITS.page.max),
  users: v.array(User),
  hasMore: v.boolean(),
});
export type MessagePage = v.InferOutput<typeof MessagePage>;

/** A message that a search found; `highlight` is an excerpt of its body as escaped HTML, with `<mark>` around each match. */
const SearchHit = v.object({ message: Message, highlight: v.string() });

/** The longest cursor that the server writes: a time, a chat and a `seq` in base64url. */
export const SEARCH_CURSOR_MAX_LENGTH = 91;

const SearchCursor = v.pipe(
  v.string(),
  v.metadata({ maxLength: SEARCH_CURSOR_MAX_LENGTH, pattern: "^[A-Za-z0-9_-]+$" }),
);

/** `next` is the `before` of the following page, null on the last; a page may hold few hits, or none, while `hasMore` is true. */
export const SearchPage = v.object({
  hits: listOf(SearchHit, LIMITS.page.max),
  users: listOf(User, LIMITS.page.max),
  hasMore: v.boolean(),
  next: v.nullable(SearchCursor),
});
export type SearchPage = v.InferOutput<typeof SearchPage>;
