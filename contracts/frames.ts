import * as v from "valibot";
import { Block } from "./blocks.ts";
import { Chat } from "./chats.ts";
import type { ErrorCode } from "./errors.ts";
import { ReceivedEvent } from "./events.ts";
import { ChatId, SessionId, UserId } from "./ids.ts";
import { Draft } from "./messages.ts";
import { ClientId, Instant, recordOf, Seq } from "./scalars.ts";
import { User } from "./users.ts";

const SeqByChat = recordOf(ChatId, Seq);

/** A frame from a client; the most frequent types come first, because they are tried in this order. */
export const ClientFrame = v.variant("type", [
  v.object({ type: v.literal("send"), ...Draft.entries }),
  v.object({ type: v.literal("resume"), chats: SeqByChat }),
  v.object({ type: v.literal("typing"), chat: ChatId }),
  v.object({ type: v.literal("read"), chat: ChatId, seq: Seq }),
  v.object({ type: v.literal("ping"), id: v.union([v.string(), v.number()]) }),
]);
export type ClientFrame = v.InferOutput<typeof ClientFrame>;

/** A user whose profile changed; the avatar is left out if it did not change. */
export const ProfileUpdate = v.object({
  ...User.entries,
  avatar: v.optional(User.entries.avatar),
});
export type ProfileUpdate = v.InferOutput<typeof ProfileUpdate>;

/** Whether a user is online, as one reader may see it. */
export const PresenceEntry = v.object({
  id: UserId,
  online: v.boolean(),
  lastSeenAt: v.nullable(Instant),
});
export type PresenceEntry = v.InferOutput<typeof PresenceEntry>;

const Code = v.custom<ErrorCode>((code) => typeof code === "string");

/** A frame from the server. */
export const ServerFrame = v.variant("type", [
  v.object({
    type: v.literal("welcome"),
    session: SessionId,
    user: UserId,
    heartbeat: v.number(),
    serverTime: Instant,
  }),
  v.object({ type: v.literal("events"), chat: ChatId, events: v.array(ReceivedEvent) }),
  v.object({ type: v.literal("resumed") }),
  v.object({ type: v.literal("reset"), chat: ChatId }),
  v.object({
    type: v.literal("ack"),
    clientId: ClientId,
    chat: ChatId,
    seq: Seq,
    createdAt: Instant,
  }),
  v.object({
    type: v.literal("reject"),
    clientId: ClientId,
    code: Code,
    detail: v.string(),
    /** Seconds. */
    retryAfter: v.optional(v.number()),
  }),
  v.object({ type: v.literal("heads"), chats: SeqByChat }),
  v.object({ type: v.literal("presence"), users: v.array(PresenceEntry) }),
  v.object({ type: v.literal("typing"), chat: ChatId, user: UserId }),
  v.object({ type: v.literal("read"), chat: ChatId, user: UserId, seq: Seq }),
  v.object({ type: v.literal("chat"), chat: Chat }),
  v.object({ type: v.literal("left"), chat: ChatId }),
  v.object({ type: v.literal("profile"), user: ProfileUpdate }),
  v.object({ type: v.literal("block"), block: Block }),
  v.object({ type: v.literal("unblock"), user: UserId }),
  v.object({ type: v.literal("pong"), id: v.union([v.string(), v.number()]) }),
  v.object({
    type: v.literal("error"),
    code: Code,
    detail: v.string(),
    /** Seconds. */
    retryAfter: v.optional(v.number()),
  }),
]);
export type ServerFrame = v.InferOutput<typeof ServerFrame>;
