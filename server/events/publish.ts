import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Log } from "@parley/platform/process/log";
import { createSequenceFunnel } from "../bus/sequence-funnel.ts";
import type { Replay } from "./replay.ts";

/** Called with committed events of a chat, in the order of their `seq`. */
export type CommittedEventListener = (chat: ChatId, events: readonly ChatEvent[]) => void;

export interface PublishDeps {
  replay: Replay;
  log: Pick<Log, "error">;
  /** The last published `seq` of a chat; undefined when nobody here follows the chat. */
  head(chat: ChatId): number | undefined;
  /** Publishes events of this server or another, without holes, and moves `head`. */
  publish: CommittedEventListener;
  /**
   * Called once with each event that this server committed, after it was published or while it waits for
   * its predecessors. A listener must not rely on the call: where several servers are connected, an event
   * whose commit lost its response is not handed over, because its server cannot be known.
   */
  committedListeners: readonly CommittedEventListener[];
  cluster: {
    /** Whether another server can be connected. */
    isShared(): boolean;
    /** Tells other servers of events that were committed here; called before they are published here. */
    eventsCommitted: CommittedEventListener;
  };
}

const PUBLISHED = Promise.resolve();

/**
 * Publishes committed events: each chat's events in their order and without holes.
 * The caller waits for one call before the next.
 */
export function createPublish({ replay, log, head, cluster, ...deps }: PublishDeps) {
  const { offer, catchUp } = createSequenceFunnel({
    head,
    readAfter,
    publish: publishHere,
    mayArriveLater: cluster.isShared,
    fail: (err) => log.error({ err }, "publishing events failed"),
  });

  /** A server that is alone committed every event that it publishes, also those that it reads again. */
  function publishHere(chat: ChatId, events: readonly ChatEvent[]): void {
    notify([deps.publish], chat, events);
    if (!cluster.isShared()) notify(deps.committedListeners, chat, events);
  }

  function notify(
    listeners: readonly CommittedEventListener[],
    chat: ChatId,
    events: readonly ChatEvent[],
  ): void {
    for (const listener of listeners)
      try {
        listener(chat, events);
      } catch (err) {
        log.error({ err, chat }, "committed event listener failed");
      }
  }

  /** Publishes missing earlier events first, then these. */
  function publishInOrder(chat: ChatId, events: readonly ChatEvent[]): Promise<void> {
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last) return PUBLISHED;
    cluster.eventsCommitted(chat, events);
    const gap = offer(chat, first.seq, last.seq, () => publishHere(chat, events));
    if (cluster.isShared()) notify(deps.committedListeners, chat, events);
    return gap ?? PUBLISHED;
  }

  async function readAfter(chat: ChatId, after: number): Promise<readonly ChatEvent[]> {
    const newest = (await replay.heads([chat])).get(chat) ?? 0;
    const upTo = Math.min(newest, after + LIMITS.maxReplayEvents);
    return (await replay.events([{ chat, after, upTo }])).get(chat) ?? [];
  }

  /** A chat whose events cannot be read holds up no other; its `seq` comes again with the next heads. */
  async function logFailure(publishing: Promise<void>): Promise<void> {
    await publishing.catch((err) => log.error({ err }, "publishing events failed"));
  }

  return {
    publishInOrder,
    /** Publishes events of another server when it is their turn. */
    offer,

    /** Publishes the stored events of each chat up to a `seq` that were not published here. */
    async catchUpAll(stored: ReadonlyMap<string, number>): Promise<void> {
      for (const [chat, seq] of stored) await logFailure(catchUp(chat, seq));
    },

    /** Publishes events of several chats, the events of a chat together. */
    async publishAll(stored: readonly { chat: ChatId; event: ChatEvent }[]): Promise<void> {
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
