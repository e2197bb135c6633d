import type { ChatEvent } from "@parley/contracts/events";
import { LIMITS } from "@parley/contracts/limits";
import type { Log } from "@parley/platform/process/log";
import type { Replay } from "./replay.ts";

/** Called with committed events of a chat, in the order of their `seq` and without holes. */
export type CommittedEventListener = (chat: string, events: ChatEvent[]) => void;

export interface PublishDeps {
  replay: Replay;
  log: Pick<Log, "error">;
  /** The last published `seq` of a chat; undefined when nobody here follows the chat. */
  head(chat: string): number | undefined;
  /** The first listener moves `head`. */
  listeners: readonly CommittedEventListener[];
}

/**
 * Publishes committed events to the listeners: each chat's events in their order and without holes.
 * The caller waits for one call before the next.
 */
export function createPublish({ replay, log, head, listeners }: PublishDeps) {
  function notify(chat: string, events: ChatEvent[]): void {
    for (const listener of listeners)
      try {
        listener(chat, events);
      } catch (err) {
        log.error({ err, chat }, "committed event listener failed");
      }
  }

  /** Reads the missed events first when events before these were not published here. */
  async function publishInOrder(chat: string, events: ChatEvent[]): Promise<void> {
    const published = head(chat);
    if (published === undefined || published + 1 === events[0]?.seq) notify(chat, events);
    else await catchUp(chat, events.at(-1)?.seq ?? 0);
  }

  /** Publishes the stored events up to `seq` that were not published here. */
  async function catchUp(chat: string, seq: number): Promise<void> {
    for (let published = head(chat); published !== undefined && published < seq; ) {
      const missed = await readAfter(chat, published);
      if (missed.length === 0) return;
      notify(chat, missed);
      // A listener that failed did not move the head, and would get the same events forever.
      if (head(chat) === published) return;
      published = head(chat);
    }
  }

  async function readAfter(chat: string, after: number): Promise<ChatEvent[]> {
    const newest = (await replay.heads([chat])).get(chat) ?? 0;
    const upTo = Math.min(newest, after + LIMITS.maxReplayEvents);
    return [...((await replay.events([{ chat, after, upTo }])).get(chat) ?? [])];
  }

  /** A chat whose events cannot be read holds up no other; its `seq` comes again with the next heads. */
  async function logFailure(publishing: Promise<void>): Promise<void> {
    await publishing.catch((err) => log.error({ err }, "publishing events failed"));
  }

  return {
    publishInOrder,

    /** Publishes the stored events of each chat up to a `seq` that were not published here. */
    async catchUpAll(stored: ReadonlyMap<string, number>): Promise<void> {
      for (const [chat, seq] of stored) await logFailure(catchUp(chat, seq));
    },

    /** Publishes events of several chats, the events of a chat together. */
    async publishAll(stored: readonly { chat: string; event: ChatEvent }[]): Promise<void> {
      for (const [chat, group] of Map.groupBy(stored, (each) => each.chat))
        await logFailure(
          publishInOrder(
            chat,
            group.map(({ event }) => event),
          ),
        );
    },
  };
}
