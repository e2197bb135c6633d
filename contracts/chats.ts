import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import { Message } from "./messages.ts";
import { Id, Instant, Seq, trimmed } from "./scalars.ts";
import { User } from "./users.ts";

export const ChatKind = v.picklist(["channel", "group", "direct"]);
export type ChatKind = v.InferOutput<typeof ChatKind>;

export const Visibility = v.picklist(["public", "private"]);
export type Visibility = v.InferOutput<typeof Visibility>;

export const MemberRole = v.picklist(["owner", "admin", "member"]);
export type MemberRole = v.InferOutput<typeof MemberRole>;

/** A chat as one reader sees it; `role` is null for a public channel that the reader has not joined. */
export const Chat = v.object({
  id: Id,
  kind: ChatKind,
  visibility: Visibility,
  name: v.string(),
  topic: v.string(),
  members: v.number(),
  role: v.nullable(MemberRole),
  lastSeq: Seq,
  readSeq: Seq,
  unread: v.number(),
  mentions: v.number(),
  lastMessage: v.nullable(Message),
  peer: v.optional(User),
  createdAt: Instant,
});
export type Chat = v.InferOutput<typeof Chat>;

const ChatName = trimmed(LIMITS.chatName.min, LIMITS.chatName.max);
const Topic = trimmed(0, LIMITS.topic.max);

export const ChatCreation = v.object({
  kind: ChatKind,
  name: v.optional(ChatName),
  topic: v.optional(Topic),
  visibility: v.optional(Visibility),
  members: v.optional(
    v.pipe(
      v.array(Id),
      v.maxLength(LIMITS.maxMembersPerRequest, "are more than one request may add"),
    ),
  ),
});
export type ChatCreation = v.InferOutput<typeof ChatCreation>;

export const ChatChange = v.object({
  name: v.optional(ChatName),
  topic: v.optional(Topic),
  visibility: v.optional(Visibility),
});
export type ChatChange = v.InferOutput<typeof ChatChange>;

export const Member = v.object({
  user: User,
  role: MemberRole,
  mutedUntil: v.nullable(Instant),
  joinedAt: Instant,
});
export type Member = v.InferOutput<typeof Member>;

export const MemberChange = v.object({
  role: v.optional(MemberRole),
  mutedUntil: v.optional(v.nullable(Instant)),
});
export type MemberChange = v.InferOutput<typeof MemberChange>;

export const ReadMark = v.object({ seq: Seq });

export const ChatList = v.object({ chats: v.array(Chat) });
/** `next` is the `after` of the following page, null on the last. */
export const MemberList = v.object({ members: v.array(Member), next: v.nullable(v.string()) });
