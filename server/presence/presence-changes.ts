import type { Hub } from "../realtime/hub.ts";
import type { Session } from "../realtime/session.ts";
import { type Attendance, encodePresence, hiddenEntry } from "./online-users.ts";
import { createRosters, type Piece } from "./presence-frame.ts";
import type { PresenceStore } from "./presence-store.ts";

/** What happened since it was last told; what happened later has a higher number. */
export interface News {
  /** Who came or went, and when they were last seen if they went. */
  readonly changed: Map<string, { at: number; lastSeen: Date | null }>;
  /** Who came into chats while online. */
  readonly met: Map<string, Map<string, number>>;
  /** Both of each two between whom a block was made or ended. */
  readonly related: Map<string, Set<string>>;
  /** Who went out of which chat. */
  readonly parted: Map<string, Parting>;
}

/** Those who went out of one chat, and all who were in it then: of them each has heard of each. */
export interface Parting {
  at: number;
  readonly left: Set<string>;
  readonly people: Set<string>;
}

/** What the database knows about the people in the news. */
export interface NewsFacts {
  readonly blocked: Awaited<ReturnType<PresenceStore["blockedWith"]>>;
  /** Of those in `related`. */
  readonly lastSeen: ReadonlyMap<string, Date | null>;
}

export interface NewsDeps {
  hub: Pick<Hub, "chatsOf" | "sessionsIn" | "isFollowing">;
  attendance: Attendance;
  /** The number of the newest news when a session was told who is online; undefined before it was. */
  introducedAt(session: Session): number | undefined;
}

/**
 * The one frame of each reader that the news concerns, encoded; made one after the other.
 * @param last the news before: a block and a parting of the same two may be told apart.
 */
export function* framesOfNews(
  deps: NewsDeps,
  news: News,
  last: News,
  { blocked, lastSeen }: NewsFacts,
): Generator<readonly [Session, string]> {
  const { hub, attendance } = deps;
  const hidden = bothWays(blocked);
  const pieces = piecesByChat(attendance, news);
  const rosterOf = createRosters(pieces);
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
    const people = news.parted.values().flatMap(({ people }) => people);
    for (const user of [...news.met.keys(), ...news.related.keys(), ...people])
      for (const session of attendance.sessionsOf(user)) found.add(session);
    return found;
  }

  /** What is news to one reader alone, by the user it is about. */
  function ownNews(reader: Session, after: number): Map<string, string> {
    const own = new Map<string, string>();
    const isHidden = (other: string) => hidden.get(reader.user)?.has(other) === true;
    for (const [chat, at] of news.met.get(reader.user) ?? [])
      if (at > after && hub.isFollowing(reader, chat))
        for (const other of onlineIn.getOrInsertComputed(chat, attendance.onlineIn))
          if (other !== reader.user && !isHidden(other))
            own.set(other, attendance.entry(other, null));
    for (const other of news.related.get(reader.user) ?? [])
      if (shareChat(reader, other)) own.set(other, shown(other, isHidden(other)));
    // Of who was behind a block all along nothing was told that would have to be taken back.
    for (const other of partedFrom(reader, news.parted, after))
      if (!isHidden(other) || isRelated(reader, other, news) || isRelated(reader, other, last))
        own.set(other, hiddenEntry(other));
    for (const other of partedFrom(reader, last.parted, after))
      if (isRelated(reader, other, news)) own.set(other, hiddenEntry(other));
    return own;
  }

  /** With whom a reader shares no chat since one of them left one. */
  function* partedFrom(reader: Session, parted: News["parted"], after: number) {
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
    return isHidden ? hiddenEntry(other) : attendance.entry(other, lastSeen.get(other) ?? null);
  }
}

function isRelated({ user }: Session, other: string, { related }: News): boolean {
  return related.get(user)?.has(other) === true;
}

/** What is told of each chat, in the order in which it happened. */
function piecesByChat(attendance: Attendance, { changed, met }: News): Map<string, Piece[]> {
  const pieces = new Map<string, Piece[]>();
  const told: (Piece & { chats: Iterable<string> })[] = [];
  for (const [user, { at, lastSeen }] of changed)
    told.push({
      user,
      at,
      text: attendance.entry(user, lastSeen),
      chats: attendance.chatsOf(user).difference(met.get(user) ?? new Map()),
    });
  for (const [user, chats] of met) {
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
