import type { Hub } from "../realtime/hub.ts";
import type { Session } from "../realtime/session.ts";
import { encodeHiddenEntry, encodePresence, type OnlineUsers } from "./online-users.ts";
import { createFrameEncoders, type FrameEntry } from "./presence-frame.ts";
import type { PresenceStore } from "./presence-store.ts";

/** What happened since it was last told; what happened later has a higher number. */
export interface PresenceChanges {
  /** Who came or went, and when they were last seen if they went. */
  readonly changed: Map<string, { at: number; lastSeen: Date | null }>;
  /** Who came into chats while online. */
  readonly joined: Map<string, Map<string, number>>;
  /** Both of each two between whom a block was made or ended. */
  readonly blockChanged: Map<string, Set<string>>;
  /** Who went out of which chat. */
  readonly left: Map<string, Departure>;
}

/** Those who went out of one chat, and all who were in it then: of them each has heard of each. */
export interface Departure {
  at: number;
  readonly left: Set<string>;
  readonly people: Set<string>;
}

/** What the database knows about the people in the news. */
export interface ChangesContext {
  readonly blocked: Awaited<ReturnType<PresenceStore["blockedWith"]>>;
  /** Of those in `related`. */
  readonly lastSeen: ReadonlyMap<string, Date | null>;
}

export interface ChangesDeps {
  hub: Pick<Hub, "chatsOf" | "sessionsIn" | "isFollowing">;
  attendance: OnlineUsers;
  /** The number of the newest news when a session was told who is online; undefined before it was. */
  introducedAt(session: Session): number | undefined;
}

/**
 * The one frame of each reader that the news concerns, encoded; made one after the other.
 * @param last the news before: a block and a parting of the same two may be told apart.
 */
export function* encodeChangeFrames(
  deps: ChangesDeps,
  news: PresenceChanges,
  last: PresenceChanges,
  { blocked, lastSeen }: ChangesContext,
): Generator<readonly [Session, string]> {
  const { hub, attendance } = deps;
  const hidden = bothWays(blocked);
  const pieces = piecesByChat(attendance, news);
  const rosterOf = createFrameEncoders(pieces);
  const onlineIn = new Map<string, Set<string>>();

  for (const reader of readers()) {
    const after = deps.introducedAt(reader);
    if (after === undefined) continue;
    const own = ownNews(reader, after);
    const without = new Set([reader.user, ...(hidden.get(reader.user) ?? []), ...own.keys()]);
    const shared = rosterOf(hub.chatsOf(reader)).cut(after, without);
    const entries = [...own.values()].reduce((text, entry) => `${text}${entry},`, shared);
    if (entries !== "") yield [reader, encodePresence(entries)];
  }

  function readers(): Set<Session> {
    const found = new Set<Session>();
    for (const chat of pieces.keys())
      for (const session of hub.sessionsIn(chat)) found.add(session);
    const people = news.left.values().flatMap(({ people }) => people);
    for (const user of [...news.joined.keys(), ...news.blockChanged.keys(), ...people])
      for (const session of attendance.sessionsOf(user)) found.add(session);
    return found;
  }

  /** What is news to one reader alone, by the user it is about. */
  function ownNews(reader: Session, after: number): Map<string, string> {
    const own = new Map<string, string>();
    const isHidden = (other: string) => hidden.get(reader.user)?.has(other) === true;
    for (const [chat, at] of news.joined.get(reader.user) ?? [])
      if (at > after && hub.isFollowing(reader, chat))
        for (const other of onlineIn.getOrInsertComputed(chat, attendance.onlineIn))
          if (other !== reader.user && !isHidden(other))
            own.set(other, attendance.entry(other, null));
    for (const other of news.blockChanged.get(reader.user) ?? [])
      if (shareChat(reader, other)) own.set(other, shown(other, isHidden(other)));
    // Of who was behind a block all along nothing was told that would have to be taken back.
    for (const other of partedFrom(reader, news.left, after))
      if (!isHidden(other) || isRelated(reader, other, news) || isRelated(reader, other, last))
        own.set(other, encodeHiddenEntry(other));
    for (const other of partedFrom(reader, last.left, after))
      if (isRelated(reader, other, news)) own.set(other, encodeHiddenEntry(other));
    return own;
  }

  /** With whom a reader shares no chat since one of them left one. */
  function* partedFrom(reader: Session, parted: PresenceChanges["left"], after: number) {
    const { user } = reader;
    for (const { at, left, people } of parted.values())
      if (at > after && people.has(user))
        for (const other of left.has(user) ? people : left)
          if (other !== user && !shareChat(reader, other)) yield other;
  }

  function shareChat(reader: Session, other: string): boolean {
    return !hub.chatsOf(reader).isDisjointFrom(attendance.chatsOf(other));
  }

  function shown(other: string, isHidden: boolean): string {
    return isHidden
      ? encodeHiddenEntry(other)
      : attendance.entry(other, lastSeen.get(other) ?? null);
  }
}

function isRelated({ user }: Session, other: string, { blockChanged }: PresenceChanges): boolean {
  return blockChanged.get(user)?.has(other) === true;
}

/** What is told of each chat, in the order in which it happened. */
function piecesByChat(
  attendance: OnlineUsers,
  { changed, joined }: PresenceChanges,
): Map<string, FrameEntry[]> {
  const pieces = new Map<string, FrameEntry[]>();
  const told: (FrameEntry & { chats: Iterable<string> })[] = [];
  for (const [user, { at, lastSeen }] of changed)
    told.push({
      user,
      at,
      text: attendance.entry(user, lastSeen),
      chats: attendance.chatsOf(user).difference(joined.get(user) ?? new Map()),
    });
  for (const [user, chats] of joined) {
    const { at: changedAt = 0, lastSeen = null } = changed.get(user) ?? {};
    const text = attendance.entry(user, lastSeen);
    const still = attendance.chatsOf(user);
    // Who was introduced between a user's coming and their entry did not hear of them yet.
    for (const [chat, at] of chats)
      if (still.has(chat)) told.push({ user, at: Math.max(at, changedAt), text, chats: [chat] });
  }
  for (const { chats, ...piece } of told.sort((a, b) => a.at - b.at))
    for (const chat of chats) pieces.getOrInsertComputed(chat, () => []).push(piece);
  return pieces;
}

function bothWays(pairs: ReadonlyMap<string, ReadonlySet<string>>): Map<string, Set<string>> {
  const both = new Map<string, Set<string>>();
  for (const [user, others] of pairs)
    for (const other of others) {
      both.getOrInsertComputed(user, () => new Set()).add(other);
      both.getOrInsertComputed(other, () => new Set()).add(user);
    }
  return both;
}
