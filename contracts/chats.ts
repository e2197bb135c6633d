import * as v from "valibot";
import { ChatId, UserId } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { Message } from "./messages.ts";
import { Count, Instant, listOf, Seq, stored, trimmed } from "./scalars.ts";
import { User } from "./users.ts";

export const ChatKind = v.picklist(["channel", "group", "direct"]);
export type ChatKind = v.InferOutput<typeof ChatKind>;

export const Visibility = v.picklist(["public", "private"]);
export type Visibility = v.InferOutput<typeof Visibility>;

export const MemberRole = v.picklist(["owner", "admin", "member"]);
export type MemberRole = v.InferOutput<typeof MemberRole>;

/** A chat as one reader sees it; `role` is null for a public channel that the reader has not joined. */
export const Chat = v.pipe(
  v.object({
    id: ChatId,
    kind: ChatKind,
    visibility: Visibility,
    name: stored(LIMITS.chatName.max),
    topic: stored(LIMITS.topic.max),
    members: Count,
    role: v.nullable(MemberRole),
    /** Whether the reader was put into the chat by a stranger, and has neither accepted nor declined. */
    request: v.boolean(),
    lastSeq: Seq,
    readSeq: Seq,
    unread: Count,
    mentions: Count,
    lastMessage: v.nullable(Message),
    peer: v.optional(User),
    createdAt: Instant,
  }),
  v.metadata({ title: "Chat" }),
);
export type Chat = v.InferOutput<typeof Chat>;

const ChatName = trimmed(LIMITS.chatName.min, LIMITS.chatName.max);
const Topic = trimmed(0, LIMITS.topic.max);

/** The fields that each kind needs; the creator's own ID and repeated IDs in `members` are accepted too. */
const FIELDS_BY_KIND = [
  { properties: { kind: { const: "channel" } }, required: ["name"] },
  { properties: { kind: { const: "group" }, visibility: { const: "private" } } },
  {
    properties: {
      kind: { const: "direct" },
      visibility: { const: "private" },
      members: { minItems: 1, maxItems: 1 },
    },
    required: ["members"],
  },
];

export const ChatCreation = v.pipe(
  v.object({
    kind: ChatKind,
    name: v.optional(ChatName),
    topic: v.optional(Topic),
    visibility: v.optional(Visibility),
    members: v.optional(
      v.pipe(
        v.array(UserId),
        v.maxLength(LIMITS.maxMembersPerRequest, "are more than one request may add"),
      ),
    ),
  }),
  v.metadata({ oneOf: FIELDS_BY_KIND }),
);
export type ChatCreation = v.InferOutput<typeof ChatCreation>;

export const ChatChange = v.object({
  name: v.optional(ChatName),
  topic: v.optional(Topic),
  visibility: v.optional(Visibility),
});
export type ChatChange = v.InferOutput<typeof ChatChange>;

export const Member = v.pipe(
  v.object({
    user: User,
    role: MemberRole,
    mutedUntil: v.nullable(Instant),
    joinedAt: Instant,
  }),
  v.metadata({ title: "Member" }),
);
export type Member = v.InferOutput<typeof Member>;

export const MemberChange = v.object({
  role: v.optional(MemberRole),
  mutedUntil: v.optional(v.nullable(Instant)),
});
export type MemberChange = v.InferOutput<typeof MemberChange>;

export const ReadMark = v.object({ seq: Seq });

const Cursor = v.pipe(v.string(), v.metadata({ format: "uuid" }));

/** `next` is the `after` of the following page, null on the last. */
export const ChatList = v.object({
  chats: listOf(Chat, LIMITS.page.max),
  next: v.nullable(Cursor),
});

/** `next` is the `after` of the following page, null on the last. */
export const MemberList = v.object({
  members: listOf(Member, LIMITS.page.max),
  next: v.nullable(Cursor),
});
