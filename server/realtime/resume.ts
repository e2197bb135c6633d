import { CLOSES } from "@parley/contracts/closes";
import type { ChatEvent } from "@parley/contracts/events";
import type { ServerFrame } from "@parley/contracts/frames";
import { LIMITS } from "@parley/contracts/limits";
import { createSemaphore } from "@parley/platform/async/semaphore";
import type { Range, ReplaySet } from "../events/replay-ranges.ts";
import { eventFrames } from "./event-frames.ts";
import type { Hub } from "./hub.ts";
import { chatTopic, type Session } from "./session.ts";

export interface ResumeDeps {
  hub: Pick<Hub, "isFollowing" | "head">;
  replaySet: ReplaySet;
}

/** Events read at once, whatever the number of chats; fewer once they proved to be large. */
const PAGE = { most: LIMITS.maxReplayEvents, least: 20 };
/** Sessions whose events are read at once: each page is in memory. */
const RUNNING = 4;
/** Characters of a frame of the replay, and bytes that are sent before the reader must have taken them. */
const FRAME = 64 * 1024;
const WINDOW = 256 * 1024;

/** How far the replay of a chat has come, and how many events more it may bring. */
interface Progress {
  readonly level: number;
  readonly left: number;
}

/**
 * Makes what sends a session what it missed of each chat, then `resumed`.
 *
 * While a chat is replayed, the session does not hear its topic. It joins the topic in the very turn
 * of the event loop in which it is level with what was published, so that nothing falls between the
 * replay and what is live, and nothing needs to be held back meanwhile.
 *
 * A reader gets no more at once than it can take: who reads slowly is waited for, holds up nobody,
 * and nothing is kept for it meanwhile, for what it has not taken is read again.
 *
 * A replay that fails closes the session: it would never hear that chat again, and its client would
 * wait for `resumed`. A client that comes back resumes anew.
 */
export function createResume(deps: ResumeDeps) {
  const inTurn = createSemaphore(RUNNING, Number.POSITIVE_INFINITY);

  /** @param known the last `seq` that the client has, by chat; chats that it may not read are passed over. */
  return async function resume(
    session: Session,
    known: Readonly<Record<string, number>>,
  ): Promise<void> {
    const behind = Object.entries(known).filter(
      ([chat, seq]) => deps.hub.isFollowing(session, chat) && !isLevel(deps.hub, chat, seq),
    );
    try {
      if (behind.length > 0) await catchUp(deps, inTurn, session, behind);
    } catch (error) {
      session.close(CLOSES.unavailable);
      throw error;
    }
    deliver(session, { type: "resumed" });
  };
}

/** Whether a client knows all that was published: it heard the chat all along, so nothing can fall between. */
function isLevel(hub: ResumeDeps["hub"], chat: string, known: number): boolean {
  const head = hub.head(chat);
  return head !== undefined && head <= known;
}

/** Replays chats in rounds: what was published during one is left for the next, with the chats that it was in. */
async function catchUp(
  { hub, replaySet }: ResumeDeps,
  inTurn: ReturnType<typeof createSemaphore>,
  session: Session,
  behind: readonly (readonly [chat: string, seq: number])[],
): Promise<void> {
  const waiting = new Map<string, Progress>();
  for (const [chat, level] of behind) waiting.set(chat, { level, left: LIMITS.maxReplayEvents });
  session.unsubscribe([...waiting.keys()].map(chatTopic));
  let page: number = PAGE.most;
  while (waiting.size > 0 && !session.isClosing) {
    const { bytes, events } = await inTurn(round);
    if (bytes < WINDOW) continue;
    page = Math.max(PAGE.least, Math.min(page, events));
    await session.whenDrained();
  }

  /** Reads a page, and sends as much of it as fits the window. */
  async function round(): Promise<Sent> {
    const heads = await replaySet.heads([...waiting.keys()]);
    const ranges = firstOf(missing(heads), page);
    const found = ranges.length > 0 ? await replaySet.events(ranges) : undefined;
    const sent = { bytes: 0, events: 0 };
    for (const range of ranges) {
      const level = send(range, found?.get(range.chat) ?? [], sent);
      advance(range.chat, level, heads.get(range.chat) ?? 0);
    }
    return sent;
  }

  /** What to read of each chat; one that misses nothing, or too much, is done with. */
  function missing(heads: ReadonlyMap<string, number>): Range[] {
    const ranges: Range[] = [];
    for (const [chat, { level, left }] of [...waiting]) {
      const upTo = heads.get(chat) ?? 0;
      if (upTo - level > left) reset(chat);
      else if (upTo > level) ranges.push({ chat, after: level, upTo });
      else advance(chat, level, upTo);
    }
    return ranges;
  }

  /** @returns the level to which the reader was brought. */
  function send({ chat, after, upTo }: Range, events: readonly ChatEvent[], sent: Sent): number {
    if (!hub.isFollowing(session, chat)) return upTo;
    let level = after;
    for (const frame of eventFrames(chat, events, FRAME)) {
      if (sent.bytes >= WINDOW) return level;
      session.deliver(frame.text);
      sent.bytes += Buffer.byteLength(frame.text);
      sent.events += frame.events.length;
      level = frame.events.at(-1)?.seq ?? level;
    }
    return upTo;
  }

  /** @param stored how far the chat was when it was read. */
  function advance(chat: string, level: number, stored: number): void {
    const before = waiting.get(chat);
    const head = Math.max(stored, hub.head(chat) ?? 0);
    if (!before || head <= level || !hub.isFollowing(session, chat)) hearAgain(chat);
    else waiting.set(chat, { level, left: before.left - (level - before.level) });
  }

  function reset(chat: string): void {
    if (hub.isFollowing(session, chat)) deliver(session, { type: "reset", chat });
    hearAgain(chat);
  }

  function hearAgain(chat: string): void {
    waiting.delete(chat);
    if (hub.isFollowing(session, chat)) session.subscribe([chatTopic(chat)]);
  }
}

/** What one round sent. */
interface Sent {
  bytes: number;
  events: number;
}

/** The first of what is to be read, together no more events than `most`. */
function firstOf(ranges: readonly Range[], most: number): Range[] {
  const first: Range[] = [];
  let left = most;
  for (const { chat, after, upTo } of ranges) {
    if (left === 0) break;
    const end = Math.min(upTo, after + left);
    first.push({ chat, after, upTo: end });
    left -= end - after;
  }
  return first;
}

function deliver(session: Session, frame: ServerFrame): void {
  session.deliver(JSON.stringify(frame));
}
