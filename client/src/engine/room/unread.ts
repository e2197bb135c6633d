import type { Chat } from "@parley/contracts/chats";
import type { ChatEvent } from "@parley/contracts/events";
import { LIMITS } from "@parley/contracts/limits";
import { mentionedNames } from "@parley/contracts/mentions";
import type { Message } from "@parley/contracts/messages";

/** Who looks at the rooms. */
export interface Reader {
  id: string;
  username: string;
  isBlocked: (user: string) => boolean;
  /** Whether they have this chat before their eyes just now. */
  watches: (chat: string) => boolean;
}

interface UnreadMessage {
  readonly seq: number;
  readonly sender: string;
  /** Whether it names the reader. */
  readonly isNaming: boolean;
  /** Whether it is told as a mention: nobody who is blocked mentions anybody. */
  readonly isMention: boolean;
}

/** What of a chat is unread: the server counted up to one event, what came after it is known singly. */
export interface Unread {
  /** The event up to which the server counted. */
  at: number;
  unread: number;
  mentions: number;
  /** Unread messages after `at`. */
  since: readonly UnreadMessage[];
  /** False when something that the server counted has changed unseen: only the server can tell then. */
  isExact: boolean;
}

export function counted({ lastSeq, unread, mentions }: Chat): Unread {
  return { at: lastSeq, unread, mentions, since: [], isExact: true };
}

export function totals({ unread, mentions, since }: Unread): Pick<Chat, "unread" | "mentions"> {
  const loud = since.filter(({ isMention }) => isMention).length;
  return { unread: atMost(unread + since.length), mentions: atMost(mentions + loud) };
}

const atMost = (count: number) => Math.min(count, LIMITS.maxUnreadCount);

/** Counts an event in, or out, whichever part of it the reader has not read. */
export function countEvent(now: Unread, event: ChatEvent, readSeq: number, reader: Reader): Unread {
  if (event.seq <= now.at) return now;
  switch (event.kind) {
    case "message": {
      if (!isUnread(event.message, readSeq, reader)) return now;
      return { ...now, since: [...now.since, one(event.message, reader)] };
    }
    case "delete":
      return event.target > readSeq ? countOut(now, event.target) : now;
    case "edit":
      return event.target > readSeq ? applyEditToCounts(now, event.message, reader) : now;
    default:
      return now;
  }
}

/** Everything up to `seq` was read. */
export function countRead(now: Unread, seq: number): Unread {
  const since = now.since.filter((one) => one.seq > seq);
  if (seq >= now.at) return { ...now, unread: 0, mentions: 0, since, isExact: true };
  const unread = Math.min(now.unread, now.at - seq);
  return { ...now, unread, mentions: Math.min(now.mentions, unread), isExact: unread === 0 };
}

/** Somebody was blocked, or is not any more: of what the server counted, only it can tell whose mentions count now. */
export function recountMentions(now: Unread, { isBlocked }: Reader): Unread {
  const since = now.since.map((one) => ({
    ...one,
    isMention: one.isNaming && !isBlocked(one.sender),
  }));
  return { ...now, since, isExact: now.isExact && now.unread === 0 };
}

export function isUnread(message: Message, readSeq: number, reader: Reader): boolean {
  return message.sender !== reader.id && message.seq > readSeq && !message.deletedAt;
}

function one({ seq, sender, body }: Message, { username, isBlocked }: Reader): UnreadMessage {
  const isNaming = mentionedNames(body).has(username);
  return { seq, sender, isNaming, isMention: isNaming && !isBlocked(sender) };
}

function countOut(now: Unread, seq: number): Unread {
  if (seq > now.at) return { ...now, since: now.since.filter((one) => one.seq !== seq) };
  return now.unread > 0 ? { ...now, isExact: false } : now;
}

function applyEditToCounts(now: Unread, message: Message, reader: Reader): Unread {
  const edited = one(message, reader);
  if (message.seq > now.at) {
    const since = now.since.map((one) => (one.seq === message.seq ? edited : one));
    return { ...now, since };
  }
  const mayChange = now.unread > 0 && (edited.isMention || now.mentions > 0);
  return mayChange ? { ...now, isExact: false } : now;
}
