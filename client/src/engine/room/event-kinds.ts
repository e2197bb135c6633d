import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import type { User } from "@parley/contracts/users";
import { applyMembership, applyMetadata } from "./chat-changes.ts";
import { applyReaction, markDeleted, replaceBody } from "./edit-message.ts";
import { addNewMessage, asSent } from "./new-message.ts";
import { recordReactor } from "./reactors.ts";
import type { Room } from "./room.ts";
import { countDeletion, countEdit, countMessage, type Reader, type Unread } from "./unread.ts";

/** Parts of the session outside the rooms that some events concern. */
export interface EventListeners {
  /** An event named a user. It serves all readers, so that only the names of the user are valid. */
  onUserNamed: (user: User) => void;
  onReaction: (chat: ChatId, event: Extract<ChatEvent, { kind: "reaction" }>) => void;
}

/** What an event of one kind does. Each kind has the parts that it needs. */
export interface EventKind<Event extends ChatEvent> {
  /** Counts the event as unread, or no longer. Called only for events after the server's own count. */
  count?(unread: Unread, event: Event, readSeq: number, reader: Reader): Unread;
  /** Changes the message with the `seq` of `event.target`, in each place that holds it. */
  edit?(message: Message, event: Event, me: string): Message;
  /**
   * Whether the event states a result and not a step, so that `edit` may be applied to a message that
   * was fetched after the event. True if absent.
   */
  isIdempotent?(event: Event): boolean;
  /** Changes anything else in the room. */
  change?(room: Room, event: Event, reader: Reader): Room;
  /** @returns the new message that the event brings: it may confirm a message of the outbox. */
  message?(event: Event): Message;
  notify?(listeners: EventListeners, chat: ChatId, event: Event): void;
}

type EventKinds = {
  [Kind in ChatEvent["kind"]]: EventKind<Extract<ChatEvent, { kind: Kind }>>;
};

/** How the page applies each kind of event. A new kind is one entry. */
const EVENT_KINDS: EventKinds = {
  message: {
    count: (unread, { message }, readSeq, reader) => countMessage(unread, message, readSeq, reader),
    change: (room, { message }, reader) => addNewMessage(room, asSent(message), reader),
    message: (event) => event.message,
  },
  edit: {
    count: (unread, { message }, readSeq, reader) => countEdit(unread, message, readSeq, reader),
    edit: replaceBody,
  },
  delete: {
    count: (unread, { target }, readSeq) => countDeletion(unread, target, readSeq),
    edit: markDeleted,
  },
  reaction: {
    edit: applyReaction,
    isIdempotent: ({ count }) => count !== undefined,
    change: (room, event) => ({ ...room, reactors: recordReactor(room.reactors, event) }),
    notify: (listeners, chat, event) => listeners.onReaction(chat, event),
  },
  member: {
    change: (room, event, reader) => applyMembership(room, event, reader),
    notify: (listeners, _, { user }) => listeners.onUserNamed(user),
  },
  chat: { change: applyMetadata },
};

/** The kind of an event. Its methods accept every event, hence call them with this event alone. */
export function kindOf(event: ChatEvent): EventKind<ChatEvent> {
  return EVENT_KINDS[event.kind];
}
