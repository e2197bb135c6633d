import * as v from "valibot";
import { MemberRole, Visibility } from "./chats.ts";
import { Message } from "./messages.ts";
import { Id, Instant, Seq } from "./scalars.ts";
import { User } from "./users.ts";

const common = { seq: Seq, at: Instant, by: Id };

export const MemberAction = v.picklist(["joined", "left", "removed", "role", "muted"]);
export type MemberAction = v.InferOutput<typeof MemberAction>;

/**
 * Something durable that happened in a chat: the `seq` is its place in the chat's one sequence.
 *
 * One frame serves all readers of a chat. So what depends on the reader is neutral in it: the `user`
 * of a `member` event has no avatar and is not online, reactions are not `mine`.
 *
 * An event replayed is the event that was published, but for words: a message has the body that it
 * has now. Its reactions are those that it had at the event's own `seq`, so applying the `reaction`
 * events that follow counts each once.
 */
export const ChatEvent = v.variant("kind", [
  v.object({ ...common, kind: v.literal("message"), message: Message }),
  v.object({ ...common, kind: v.literal("edit"), target: Seq, message: Message }),
  v.object({ ...common, kind: v.literal("delete"), target: Seq }),
  v.object({
    ...common,
    kind: v.literal("reaction"),
    target: Seq,
    emoji: v.string(),
    added: v.boolean(),
    /** How many react with this emoji after the event: so it may be applied twice, or over a newer page. */
    count: v.optional(v.number()),
  }),
  v.object({
    ...common,
    kind: v.literal("member"),
    user: User,
    action: MemberAction,
    role: MemberRole,
    mutedUntil: v.nullable(Instant),
  }),
  v.object({
    ...common,
    kind: v.literal("chat"),
    name: v.string(),
    topic: v.string(),
    visibility: Visibility,
  }),
]);
export type ChatEvent = v.InferOutput<typeof ChatEvent>;
