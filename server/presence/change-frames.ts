import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Hub } from "../realtime/hub.ts";
import type { ServerConnection } from "../realtime/server-connection.ts";
import { encodeHiddenEntry, encodePresence, type OnlineUsers } from "./online-users.ts";
import type { PresenceChanges } from "./presence-changes.ts";
import { createFrameEncoders, type FrameEntry } from "./presence-frame.ts";
import type { PresenceStore } from "./presence-store.ts";

/** What the database knows of the users in the changes. */
export interface ChangesContext {
  readonly blocked: Awaited<ReturnType<PresenceStore["blockedWith"]>>;
  /** Of the users in `blockChanged`. */
  readonly lastSeen: ReadonlyMap<string, Date | null>;
}

export interface ChangeFramesDeps {
  hub: Pick<Hub, "acceptedChatsOf" | "acceptedConnectionsIn" | "hasAccepted">;
  online: OnlineUsers;
  /** The version of the newest change when a connection was sent its snapshot; undefined before that. */
  snapshotVersion(connection: ServerConnection): number | undefined;
}

/**
 * Encodes the frame of each reader whom the changes concern; one frame a reader, made when it is asked for.
 * @param previous the changes that were sent before these: a block and the end of a membership of the same two
 * users may be sent one after the other.
 */
export function* encodeChangeFrames(
  deps: ChangeFramesDeps,
  changes: PresenceChanges,
  previous: PresenceChanges,
  { blocked, lastSeen }: ChangesContext,
): Generator<readonly [ServerConnection, string]> {
  const { hub, online } = deps;
  const hidden = inBothDirections(blocked);
  const entries = entriesByChat(online, changes);
  const encoderOf = createFrameEncoders(entries);
  const onlineIn = new Map<string, Set<string>>();

  for (const reader of readers()) {
    const after = deps.snapshotVersion(reader);
    if (after === undefined) continue;
    const own = ownEntries(reader, after);
    const except = new Set([reader.user, ...(hidden.get(reader.user) ?? []), ...own.keys()]);
    const shared = encoderOf(hub.acceptedChatsOf(reader)).entriesAfter(after, except);
    const text = [...own.values()].reduce((text, entry) => `${text}${entry},`, shared);
    if (text !== "") yield [reader, encodePresence(text)];
  }

  function readers(): Set<ServerConnection> {
    const found = new Set<ServerConnection>();
    for (const chat of entries.keys())
      for (const connection of hub.acceptedConnectionsIn(chat)) found.add(connection);
    const people = changes.left.values().flatMap(({ people }) => people);
    for (const user of [...changes.joined.keys(), ...changes.blockChanged.keys(), ...people])
      for (const connection of online.connectionsOf(user)) found.add(connection);
    return found;
  }

  /** The entries for one reader alone, by the user that each is about. */
  function ownEntries(reader: ServerConnection, after: number): Map<string, string> {
    const own = new Map<string, string>();
    const isHidden = (other: UserId) => hidden.get(reader.user)?.has(other) === true;
    for (const [chat, version] of changes.joined.get(reader.user) ?? [])
      if (version > after && hub.hasAccepted(reader, chat))
        for (const other of onlineIn.getOrInsertComputed(chat, online.onlineIn))
          if (other !== reader.user && !isHidden(other)) own.set(other, online.entry(other, null));
    for (const other of changes.blockChanged.get(reader.user) ?? [])
      if (shareChat(reader, other)) own.set(other, visibleEntry(other, isHidden(other)));
    // Where a block stood all along, the reader was sent nothing that must be taken back.
    for (const other of separatedFrom(reader, changes.left, after))
      if (
        !isHidden(other) ||
        hasBlockChanged(reader, other, changes) ||
        hasBlockChanged(reader, other, previous)
      )
        own.set(other, encodeHiddenEntry(other));
    for (const other of separatedFrom(reader, previous.left, after))
      if (hasBlockChanged(reader, other, changes)) own.set(other, encodeHiddenEntry(other));
    return own;
  }

  /** The users with whom a reader shares no chat since one of the two left one. */
  function* separatedFrom(reader: ServerConnection, left: PresenceChanges["left"], after: number) {
    const { user } = reader;
    for (const { version, leavers, people } of left.values())
      if (version > after && people.has(user))
        for (const other of leavers.has(user) ? people : leavers)
          if (other !== user && !shareChat(reader, other)) yield other;
  }

  function shareChat(reader: ServerConnection, other: UserId): boolean {
    return !hub.acceptedChatsOf(reader).isDisjointFrom(online.chatsOf(other));
  }

  function visibleEntry(other: UserId, isHidden: boolean): string {
    return isHidden ? encodeHiddenEntry(other) : online.entry(other, lastSeen.get(other) ?? null);
  }
}

function hasBlockChanged(
  { user }: ServerConnection,
  other: UserId,
  changes: PresenceChanges,
): boolean {
  return changes.blockChanged.get(user)?.has(other) === true;
}

/** The entries that all readers of a chat are sent, in the order of their versions. */
function entriesByChat(
  online: OnlineUsers,
  { status, joined }: PresenceChanges,
): Map<string, FrameEntry[]> {
  const byChat = new Map<string, FrameEntry[]>();
  const all: (FrameEntry & { chats: Iterable<ChatId> })[] = [];
  for (const [user, { version, lastSeen }] of status)
    all.push({
      user,
      version,
      text: online.entry(user, lastSeen),
      chats: online.chatsOf(user).difference(joined.get(user) ?? new Map()),
    });
  for (const [user, chats] of joined) {
    const { version: statusVersion = 0, lastSeen = null } = status.get(user) ?? {};
    const text = online.entry(user, lastSeen);
    const current = online.chatsOf(user);
    // A reader whose snapshot lies between the two versions has not seen the user's entry yet.
    for (const [chat, version] of chats)
      if (current.has(chat))
        all.push({ user, version: Math.max(version, statusVersion), text, chats: [chat] });
  }
  for (const { chats, ...entry } of all.sort((a, b) => a.version - b.version))
    for (const chat of chats) byChat.getOrInsertComputed(chat, () => []).push(entry);
  return byChat;
}

function inBothDirections(
  pairs: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, Set<string>> {
  const both = new Map<string, Set<string>>();
  for (const [user, others] of pairs)
    for (const other of others) {
      both.getOrInsertComputed(user, () => new Set()).add(other);
      both.getOrInsertComputed(other, () => new Set()).add(user);
    }
  return both;
}
