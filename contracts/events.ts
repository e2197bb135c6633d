import * as v from "valibot";
import { MemberRole, Visibility } from "./chats.ts";
import { UserId } from "./ids.ts";
import { Message } from "./messages.ts";
import { Emoji, Instant, Seq } from "./scalars.ts";
import { User } from "./users.ts";

export const MemberAction = v.picklist(["joined", "left", "removed", "role", "muted"]);
export type MemberAction = v.InferOutput<typeof MemberAction>;

/** The fields of each kind of event, beside those that every event has. */
const EVENT_KINDS = {
  message: { message: Message },
  edit: { target: Seq, message: Message },
  delete: { target: Seq },
  reaction: {
    target: Seq,
    emoji: Emoji,
    added: v.boolean(),
    /**
     * The number of people who react with this emoji after the event. Because the count is absolute,
     * the event may be applied twice, or to a message that was read later.
     */
    count: v.optional(v.number()),
  },
  member: {
    user: User,
    action: MemberAction,
    role: MemberRole,
    mutedUntil: v.nullable(Instant),
  },
  chat: { name: v.string(), topic: v.string(), visibility: Visibility },
};

export type EventKind = keyof typeof EVENT_KINDS;

const common = { seq: Seq, at: Instant, by: UserId };

type EventSchema<Kind extends string, Fields extends v.ObjectEntries> = v.ObjectSchema<
  typeof common & { kind: v.LiteralSchema<Kind, undefined> } & Fields,
  undefined
>;
type EventSchemas = {
  [Kind in EventKind]: EventSchema<Kind, (typeof EVENT_KINDS)[Kind]>;
};

/** TypeScript cannot follow the kinds through `map`, hence the cast. */
const schemas = Object.entries(EVENT_KINDS).map(([kind, fields]) =>
  v.object({ ...common, kind: v.literal(kind), ...fields }),
) as unknown as EventSchemas[EventKind][];

/**
 * A durable event of a chat; `seq` is its place in the chat's sequence.
 *
 * One frame serves all readers of a chat, so that fields that depend on the reader are neutral: the
 * `user` of a `member` event has no avatar and is not online, reactions are not `mine`.
 *
 * A replayed event equals the event that was published, except for the body: a message has its
 * current body. Its reactions are those at the event's own `seq`, so that applying the `reaction`
 * events that follow counts each reaction once.
 */
export const ChatEvent = v.variant("kind", schemas);
export type ChatEvent = v.InferOutput<typeof ChatEvent>;

/** An event of a kind that this receiver does not know: the receiver takes its `seq` and skips it. */
const UnknownEvent = v.object({
  seq: Seq,
  kind: v.pipe(
    v.string(),
    v.check((kind) => !isKnownKind(kind)),
  ),
  at: v.optional(Instant),
  by: v.optional(UserId),
});

/** An event as a receiver parses it, which may be older than the sender. */
export const ReceivedEvent = v.union([ChatEvent, UnknownEvent]);
export type ReceivedEvent = v.InferOutput<typeof ReceivedEvent>;

export function isKnownEvent(event: ReceivedEvent): event is ChatEvent {
  return isKnownKind(event.kind);
}

function isKnownKind(kind: string): kind is EventKind {
  return Object.hasOwn(EVENT_KINDS, kind);
}
