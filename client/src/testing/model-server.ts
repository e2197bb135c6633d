import type { Block } from "@parley/contracts/blocks";
import type { Bootstrap } from "@parley/contracts/bootstrap";
import { type ChatEvent, isKnownEvent, type ReceivedEvent } from "@parley/contracts/events";
import { mentionedNames } from "@parley/contracts/mentions";
import type { Message, MessagePage } from "@parley/contracts/messages";
import type { PagePlace } from "../engine/api/api.ts";
import { chat, ME, message, TOMAS, user } from "./fixtures.ts";

const AT = "2026-06-12T18:02:00.000Z";

type Stored = Omit<Message, "reactions"> & { reactors: Map<string, Set<string>> };
type NewEvent = ChatEvent extends infer Event
  ? Event extends ChatEvent
    ? Omit<Event, "seq" | "at">
    : never
  : never;

export type ModelServer = ReturnType<typeof createModelServer>;

/** A model of the server with one chat, which follows the contract. */
export function createModelServer() {
  const events: ReceivedEvent[] = [];
  const stored = new Map<number, Stored>();
  let members = 100;
  let name = "regatta";
  let readSeq = 0;
  let blocked: Block | null = null;

  /** Appends an event to the chat's sequence. @returns the event as it is published. */
  function append(event: NewEvent): ChatEvent {
    const seq = events.length + 1;
    const at = new Date(Date.UTC(2026, 5, 12) + seq * 1_000).toISOString();
    const placed = { ...event, seq, at } as ChatEvent;
    events.push(placed);
    return placed;
  }

  function say(by: string, body: string, clientId: string): ChatEvent[] {
    if (seqOf(clientId) !== undefined) return [];
    const seq = events.length + 1;
    const { reactions: _, ...said } = message(seq, { sender: by, body, clientId });
    stored.set(seq, { ...said, reactors: new Map() });
    return [append({ kind: "message", by, message: show(seq, null) })];
  }

  function edit(target: number, body: string): ChatEvent[] {
    const one = alive(target);
    if (!one || one.body === body) return [];
    const editedAt = new Date(Date.UTC(2026, 5, 13) + events.length * 1_000).toISOString();
    stored.set(target, { ...one, body, editedAt });
    return [append({ kind: "edit", by: one.sender, target, message: show(target, null) })];
  }

  function remove(target: number): ChatEvent[] {
    const one = alive(target);
    if (!one) return [];
    const event = append({ kind: "delete", by: one.sender, target });
    stored.set(target, { ...one, body: "", deletedAt: event.at, reactors: new Map() });
    return [event];
  }

  function react(by: string, target: number, emoji: string, added: boolean): ChatEvent[] {
    const one = alive(target);
    const users = one?.reactors.get(emoji) ?? new Set();
    if (!one || users.has(by) === added) return [];
    if (added) one.reactors.set(emoji, users.add(by));
    else users.delete(by);
    return [append({ kind: "reaction", by, target, emoji, added, count: users.size })];
  }

  function join(action: "joined" | "left"): ChatEvent[] {
    members += action === "joined" ? 1 : -1;
    const about = { user: user(TOMAS, "tomas"), role: "member", mutedUntil: null } as const;
    return [append({ kind: "member", by: TOMAS, action, ...about })];
  }

  function rename(to: string): ChatEvent[] {
    name = to;
    return [append({ kind: "chat", by: TOMAS, name, topic: "", visibility: "public" })];
  }

  /** Appends an event of a kind that the page does not know. */
  function invent(): ReceivedEvent[] {
    const event = { kind: "pin", by: TOMAS, seq: events.length + 1, at: AT };
    events.push(event);
    return [event];
  }

  /** @returns the new read mark, or null if it did not move. */
  function read(seq: number): number | null {
    const before = readSeq;
    readSeq = Math.max(readSeq, Math.min(seq, events.length));
    return readSeq > before ? readSeq : null;
  }

  /** The reader blocks or unblocks the other author. */
  function block(isBlocked: boolean): Block | null {
    const [createdAt, expiresAt] = [AT, null];
    blocked = isBlocked ? { user: user(TOMAS, "tomas"), createdAt, expiresAt } : null;
    return blocked;
  }

  /** The events after `after`, with the current bodies of their messages. */
  function replay(after: number): ReceivedEvent[] {
    return events.slice(after).map((event) => {
      if (!isKnownEvent(event) || !("message" in event)) return event;
      const { reactions } = event.message;
      return { ...event, message: { ...show(event.message.seq, null), reactions } };
    });
  }

  function page(place: PagePlace, limit = 4): MessagePage {
    const all = [...stored.keys()];
    const at = place.at === "newest" ? events.length + 1 : place.seq;
    const older = all.filter((seq) => seq < at);
    const newer = all.filter((seq) => (place.at === "after" ? seq > at : seq >= at));
    const half = place.at === "around" ? limit / 2 : limit;
    const before = place.at === "after" ? [] : older.slice(-half);
    const after = place.at === "after" || place.at === "around" ? newer.slice(0, half) : [];
    const hasMore =
      place.at === "after" ? newer.length > after.length : older.length > before.length;
    const messages = [...before, ...after].map((seq) => show(seq, ME));
    return { messages, users: [], hasMore };
  }

  function bootstrap(): Bootstrap {
    const unread = [...stored.values()].filter(
      ({ seq, sender, deletedAt }) => seq > readSeq && sender !== ME && !deletedAt,
    );
    const last = [...stored.keys()].at(-1);
    const now = chat({
      name,
      members,
      readSeq,
      lastSeq: events.length,
      unread: unread.length,
      mentions: blocked ? 0 : unread.filter(({ body }) => mentionedNames(body).has("mira")).length,
      lastMessage: last === undefined ? null : show(last, ME),
    });
    const me = user(ME, "mira");
    const blocks = blocked ? [blocked] : [];
    return {
      me,
      chats: [now],
      moreChats: false,
      users: [],
      blocks,
      serverTime: AT,
      version: "0.1.0",
    };
  }

  function show(seq: number, viewer: string | null): Message {
    const { reactors, ...said } = stored.get(seq) as Stored;
    const reactions = [...reactors]
      .filter(([, users]) => users.size > 0)
      .map(([emoji, users]) => ({ emoji, count: users.size, mine: users.has(viewer ?? "") }));
    return { ...said, reactions };
  }

  function alive(seq: number): Stored | undefined {
    const one = stored.get(seq);
    return one?.deletedAt === null ? one : undefined;
  }

  const seqOf = (clientId: string) =>
    [...stored.values()].find((one) => one.clientId === clientId)?.seq;
  const head = () => events.length;
  /** The `seq` of a message that `n` selects. */
  const some = (n: number) => [...stored.keys()][n % Math.max(1, stored.size)] ?? 0;
  const changes = { say, edit, remove, react, join, rename, invent, read, block };

  return { ...changes, replay, page, bootstrap, seqOf, head, some };
}
