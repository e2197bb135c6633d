import { CLOSES } from "@parley/contracts/closes";
import type { ChatEvent } from "@parley/contracts/events";
import type { ServerFrame } from "@parley/contracts/frames";
import { LIMITS } from "@parley/contracts/limits";
import type { Range, ReplaySet } from "../messages/replay-set.ts";
import { atMost } from "../users/at-most.ts";
import type { Hub } from "./hub.ts";
import { chatTopic, type Session } from "./session.ts";

export interface ResumeDeps {
  hub: Pick<Hub, "isFollowing" | "head">;
  replaySet: ReplaySet;
}

/** Events read at once, whatever the number of chats. */
const PAGE = LIMITS.replay;
/** Sessions that catch up at once: each holds a page in memory. */
const RUNNING = 4;

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
 * A replay that fails closes the session: it would never hear that chat again, and its client would
 * wait for `resumed`. A client that comes back resumes anew.
 */
export function createResume(deps: ResumeDeps) {
  const inTurn = atMost(RUNNING, Number.POSITIVE_INFINITY);

  /** @param known the last `seq` that the client has, by chat; chats that it may not read are passed over. */
  return async function resume(
    session: Session,
    known: Readonly<Record<string, number>>,
  ): Promise<void> {
    const behind = Object.entries(known).filter(
      ([chat, seq]) => deps.hub.isFollowing(session, chat) && !isLevel(deps.hub, chat, seq),
    );
    try {
      if (behind.length > 0) await inTurn(() => catchUp(deps, session, behind));
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
  session: Session,
  behind: readonly (readonly [chat: string, seq: number])[],
): Promise<void> {
  const waiting = new Map<string, Progress>();
  for (const [chat, level] of behind) waiting.set(chat, { level, left: LIMITS.replay });
  session.unsubscribe([...waiting.keys()].map(chatTopic));
  while (waiting.size > 0) {
    const heads = await replaySet.heads([...waiting.keys()]);
    for (const page of pagesOf(missing(heads))) {
      const events = await replaySet.events(page);
      for (const range of page) replayed(range, events.get(range.chat) ?? []);
    }
  }

  /** What to read of each chat; one that misses nothing, or too much, is done with. */
  function missing(heads: ReadonlyMap<string, number>): Range[] {
    const ranges: Range[] = [];
    for (const [chat, { level, left }] of [...waiting]) {
      const upTo = heads.get(chat) ?? 0;
      if (upTo - level > left) reset(chat);
      else if (upTo > level) ranges.push({ chat, after: level, upTo });
      else advance(chat, { level, left });
    }
    return ranges;
  }

  function replayed({ chat, after, upTo }: Range, events: readonly ChatEvent[]): void {
    if (events.length > 0 && hub.isFollowing(session, chat))
      deliver(session, { type: "events", chat, events: [...events] });
    const left = (waiting.get(chat)?.left ?? 0) - (upTo - after);
    advance(chat, { level: upTo, left });
  }

  function advance(chat: string, progress: Progress): void {
    const head = hub.isFollowing(session, chat) ? hub.head(chat) : undefined;
    if (head !== undefined && head > progress.level) waiting.set(chat, progress);
    else hearAgain(chat);
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

/** Parts of what is to be read, each of no more events than a page holds. */
function* pagesOf(ranges: readonly Range[]): Generator<Range[]> {
  let page: Range[] = [];
  let size = 0;
  for (const range of ranges) {
    const length = range.upTo - range.after;
    if (page.length > 0 && size + length > PAGE) {
      yield page;
      page = [];
      size = 0;
    }
    page.push(range);
    size += length;
  }
  if (page.length > 0) yield page;
}

function deliver(session: Session, frame: ServerFrame): void {
  session.deliver(JSON.stringify(frame));
}
