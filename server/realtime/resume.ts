import { CLOSES } from "@parley/contracts/closes";
import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import { createSemaphore } from "@parley/platform/async/semaphore";
import type { Range, Replay } from "../events/replay.ts";
import { eventFrames } from "./event-frames.ts";
import type { Hub } from "./hub.ts";
import { chatTopic, type ServerConnection, sendFrame } from "./server-connection.ts";

export interface ResumeDeps {
  hub: Pick<Hub, "isFollowing" | "head">;
  replay: Replay;
}

/** Events read at once, over all chats of a replay; fewer where the events turn out to be large. */
const PAGE_EVENTS = { max: LIMITS.maxReplayEvents, min: 20 };
/** Replays that read at once, because each page is held in memory. */
const MAX_CONCURRENT_READS = 4;
/** Characters of one frame of a replay. */
const MAX_FRAME_CHARACTERS = 64 * 1024;
/** Bytes sent before the replay waits until the client has read them. */
const WINDOW_BYTES = 256 * 1024;

/** How far the replay of a chat has come. */
interface Progress {
  /** The last `seq` that the client has. */
  readonly sent: number;
  /** How many more events the replay may send. */
  readonly left: number;
}

/**
 * Creates the handler of `resume`: sends a connection the events that it missed of each chat, then `resumed`.
 *
 * While a chat is replayed, the connection is not subscribed to its topic. It subscribes in the same
 * turn of the event loop in which the replay reaches the published head. So no event is lost between
 * the replay and the live events, and no live event has to be held back.
 *
 * A replay sends one window at a time and waits until the client has read it. A slow client holds up
 * nobody and needs no memory, because events that were not sent are read again.
 *
 * A replay that fails closes the connection, which would otherwise stay unsubscribed while its client
 * waits for `resumed`. The client reconnects and resumes again.
 */
export function createResume(deps: ResumeDeps) {
  const runLimited = createSemaphore(MAX_CONCURRENT_READS, Number.POSITIVE_INFINITY);

  /** @param known the last `seq` that the client has, by chat; chats that the connection does not follow are skipped. */
  return async function resume(
    connection: ServerConnection,
    known: Readonly<Record<string, number>>,
  ): Promise<void> {
    const behind = Object.entries(known).filter(
      ([chat, seq]) => deps.hub.isFollowing(connection, chat) && !isCurrent(deps.hub, chat, seq),
    );
    try {
      if (behind.length > 0) await catchUp(deps, runLimited, connection, behind);
    } catch (error) {
      connection.close(CLOSES.unavailable);
      throw error;
    }
    sendFrame(connection, { type: "resumed" });
  };
}

/** Whether a client has every published event; it is subscribed, so that it misses no later event either. */
function isCurrent(hub: ResumeDeps["hub"], chat: ChatId, known: number): boolean {
  const head = hub.head(chat);
  return head !== undefined && head <= known;
}

/** Replays chats in rounds; events that are published during a round are sent in the next. */
async function catchUp(
  { hub, replay }: ResumeDeps,
  runLimited: ReturnType<typeof createSemaphore>,
  connection: ServerConnection,
  behind: readonly (readonly [chat: string, seq: number])[],
): Promise<void> {
  const pending = new Map<string, Progress>();
  for (const [chat, sent] of behind) pending.set(chat, { sent, left: LIMITS.maxReplayEvents });
  connection.unsubscribe([...pending.keys()].map(chatTopic));
  let page: number = PAGE_EVENTS.max;
  while (pending.size > 0 && !connection.isClosing) {
    const { bytes, events } = await runLimited(round);
    if (bytes < WINDOW_BYTES) continue;
    page = Math.max(PAGE_EVENTS.min, Math.min(page, events));
    await connection.whenDrained();
  }

  /** Reads a page and sends the part that fits the window. */
  async function round(): Promise<RoundSize> {
    const heads = await replay.heads([...pending.keys()]);
    const ranges = firstOf(missing(heads), page);
    const found = ranges.length > 0 ? await replay.events(ranges) : undefined;
    const size = { bytes: 0, events: 0 };
    for (const range of ranges) {
      const sent = send(range, found?.get(range.chat) ?? [], size);
      advance(range.chat, sent, heads.get(range.chat) ?? 0);
    }
    return size;
  }

  /** The range to read of each chat; chats with nothing or too much to replay are finished at once. */
  function missing(heads: ReadonlyMap<string, number>): Range[] {
    const ranges: Range[] = [];
    for (const [chat, { sent, left }] of [...pending]) {
      const upTo = heads.get(chat) ?? 0;
      if (upTo - sent > left) reset(chat);
      else if (upTo > sent) ranges.push({ chat, after: sent, upTo });
      else advance(chat, sent, upTo);
    }
    return ranges;
  }

  /** @returns the last `seq` that the client has then. */
  function send(
    { chat, after, upTo }: Range,
    events: readonly ChatEvent[],
    size: RoundSize,
  ): number {
    if (!hub.isFollowing(connection, chat)) return upTo;
    let last = after;
    for (const frame of eventFrames(chat, events, MAX_FRAME_CHARACTERS)) {
      if (size.bytes >= WINDOW_BYTES) return last;
      connection.deliver(frame.text);
      size.bytes += Buffer.byteLength(frame.text);
      size.events += frame.events.length;
      last = frame.events.at(-1)?.seq ?? last;
    }
    return upTo;
  }

  /** @param stored the chat's last `seq` when it was read. */
  function advance(chat: ChatId, sent: number, stored: number): void {
    const before = pending.get(chat);
    const head = Math.max(stored, hub.head(chat) ?? 0);
    if (!before || head <= sent || !hub.isFollowing(connection, chat)) resubscribe(chat);
    else pending.set(chat, { sent, left: before.left - (sent - before.sent) });
  }

  function reset(chat: ChatId): void {
    if (hub.isFollowing(connection, chat)) sendFrame(connection, { type: "reset", chat });
    resubscribe(chat);
  }

  function resubscribe(chat: ChatId): void {
    pending.delete(chat);
    if (hub.isFollowing(connection, chat)) connection.subscribe([chatTopic(chat)]);
  }
}

/** How much one round sent. */
interface RoundSize {
  bytes: number;
  events: number;
}

/** Cuts ranges to `max` events in total. */
function firstOf(ranges: readonly Range[], max: number): Range[] {
  const first: Range[] = [];
  let left = max;
  for (const { chat, after, upTo } of ranges) {
    if (left === 0) break;
    const end = Math.min(upTo, after + left);
    first.push({ chat, after, upTo: end });
    left -= end - after;
  }
  return first;
}
