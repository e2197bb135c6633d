import type { Chat } from "@parley/contracts/chats";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import { mentionedNames } from "@parley/contracts/mentions";
import type { Message } from "@parley/contracts/messages";

/** The user of this page, as the rules for rooms need them. */
export interface Reader {
  id: string;
  username: string;
  isBlocked: (user: UserId) => boolean;
  /** Whether the user sees the newest messages of a chat at this moment. */
  watches: (chat: ChatId) => boolean;
}

interface UnreadMessage {
  readonly seq: number;
  readonly sender: UserId;
  /** Whether the body names the reader. */
  readonly hasName: boolean;
  /** Whether it counts as a mention: mentions by blocked users do not. */
  readonly isMention: boolean;
}

/** The unread state of a chat: the server's count up to event `at`, and each unread message after `at`. */
export interface Unread {
  /** The `seq` of the last event that the server counted. */
  at: number;
  /** The server's counts. */
  unread: number;
  mentions: number;
  /** Unread messages after `at`. */
  since: readonly UnreadMessage[];
  /** False if a message that the server counted has changed: only the server knows the counts then. */
  isExact: boolean;
}

export function counted({ lastSeq, unread, mentions }: Chat): Unread {
  return { at: lastSeq, unread, mentions, since: [], isExact: true };
}

export function totals({ unread, mentions, since }: Unread): Pick<Chat, "unread" | "mentions"> {
  const mentionsSince = since.filter(({ isMention }) => isMention).length;
  return {
    unread: Math.min(unread + since.length, LIMITS.maxUnreadCount),
    mentions: Math.min(mentions + mentionsSince, LIMITS.maxUnreadCount),
  };
}

export function countMessage(
  unread: Unread,
  message: Message,
  readSeq: number,
  reader: Reader,
): Unread {
  if (!isUnread(message, readSeq, reader)) return unread;
  return { ...unread, since: [...unread.since, unreadMessage(message, reader)] };
}

export function countDeletion(unread: Unread, seq: number, readSeq: number): Unread {
  if (seq <= readSeq) return unread;
  if (seq > unread.at) {
    return { ...unread, since: unread.since.filter((one) => one.seq !== seq) };
  }
  return unread.unread > 0 ? { ...unread, isExact: false } : unread;
}

/** An edit may add a mention, or remove one. */
export function countEdit(
  unread: Unread,
  message: Message,
  readSeq: number,
  reader: Reader,
): Unread {
  if (message.seq <= readSeq) return unread;
  const edited = unreadMessage(message, reader);
  if (message.seq > unread.at) {
    const since = unread.since.map((one) => (one.seq === message.seq ? edited : one));
    return { ...unread, since };
  }
  const mayChange = unread.unread > 0 && (edited.isMention || unread.mentions > 0);
  return mayChange ? { ...unread, isExact: false } : unread;
}

/** How many of the messages that the server counted a read mark has passed. */
export interface Passed {
  unread: number;
  mentions: number;
}

/**
 * The reader has read all messages up to `seq`.
 * @param passed null if it is not known: then only the server knows how many unread messages are left.
 */
export function countRead(unread: Unread, seq: number, passed: Passed | null): Unread {
  const since = unread.since.filter((one) => one.seq > seq);
  if (seq >= unread.at) return { ...unread, unread: 0, mentions: 0, since, isExact: true };
  const left = Math.min(unread.unread, unread.at - seq);
  if (passed && unread.unread < LIMITS.maxUnreadCount) {
    const [rest, mentions] = [unread.unread - passed.unread, unread.mentions - passed.mentions];
    if (rest >= 0 && mentions >= 0) return { ...unread, unread: rest, mentions, since };
  }
  const mentions = Math.min(unread.mentions, left);
  return { ...unread, unread: left, mentions, since, isExact: left === 0 };
}

/**
 * Counts the mentions again after a block or an unblock. The server's own count becomes inexact,
 * because the page does not know who sent those messages.
 */
export function recountMentions(unread: Unread, { isBlocked }: Reader): Unread {
  const since = unread.since.map((one) => ({
    ...one,
    isMention: one.hasName && !isBlocked(one.sender),
  }));
  return { ...unread, since, isExact: unread.isExact && unread.unread === 0 };
}

export function isUnread(message: Message, readSeq: number, reader: Reader): boolean {
  return message.sender !== reader.id && message.seq > readSeq && !message.deletedAt;
}

/** Counts messages that were unread, by bodies that are as the server counted them. */
export function countPassed(messages: readonly Message[], reader: Reader): Passed {
  const mentions = messages.filter((message) => unreadMessage(message, reader).isMention);
  return { unread: messages.length, mentions: mentions.length };
}

function unreadMessage(message: Message, { username, isBlocked }: Reader): UnreadMessage {
  const { seq, sender, body } = message;
  const hasName = mentionedNames(body).has(username);
  return { seq, sender, hasName, isMention: hasName && !isBlocked(sender) };
}
