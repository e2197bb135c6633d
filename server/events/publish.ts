import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Log } from "@parley/platform/process/log";
import { createSequenceFunnel } from "../bus/sequence-funnel.ts";
import type { Replay } from "./replay.ts";

/** Takes committed events of a chat, in the order of their `seq`. */
export type OnCommitted = (chat: ChatId, events: readonly ChatEvent[]) => void;

export interface CommittedEventListener {
  /** Names the listener in log lines. */
  readonly name: string;
  readonly onCommitted: OnCommitted;
}

interface EventId {
  readonly chat: ChatId;
  readonly seq: number;
}

export interface PublishDeps {
  replay: Replay;
  log: Pick<Log, "error">;
  /** The last published `seq` of a chat; undefined when nobody here follows the chat. */
  head(chat: ChatId): number | undefined;
  /** Publishes events of this server or another, without holes, and moves `head`. */
  publish: OnCommitted;
  /**
   * Get each event that this server committed once, after it was published or while it waits for its
   * predecessors. An event whose commit lost its response comes when it is found again as a duplicate.
   * A listener must not rely on the call, because this server may be killed between commit and call.
   */
  committedListeners: readonly CommittedEventListener[];
  cluster: {
    /** Whether another server can be connected. */
    isShared(): boolean;
    /** Tells other servers of events that were committed here; called before they are published here. */
    eventsCommitted: OnCommitted;
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
    notify({ name: "hub", onCommitted: deps.publish }, chat, events);
    if (!cluster.isShared()) notifyListeners(chat, events);
  }

  function notifyListeners(chat: ChatId, events: readonly ChatEvent[]): void {
    for (const listener of deps.committedListeners) notify(listener, chat, events);
  }

  function notify(
    { name, onCommitted }: CommittedEventListener,
    chat: ChatId,
    events: readonly ChatEvent[],
  ): void {
    try {
      onCommitted(chat, events);
    } catch (err) {
      log.error({ err, chat, listener: name }, "listener of committed events failed");
    }
  }

  /** Publishes missing earlier events first, then these. */
  function publishInOrder(chat: ChatId, events: readonly ChatEvent[]): Promise<void> {
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last) return PUBLISHED;
    cluster.eventsCommitted(chat, events);
    const gap = offer(chat, first.seq, last.seq, () => publishHere(chat, events));
    if (cluster.isShared()) notifyListeners(chat, events);
    return gap ?? PUBLISHED;
  }

  async function readAfter(chat: ChatId, after: number): Promise<readonly ChatEvent[]> {
    const newest = (await replay.heads([chat])).get(chat) ?? 0;
    const upTo = Math.min(newest, after + LIMITS.maxReplayEvents);
    return (await replay.events([{ chat, after, upTo }])).get(chat) ?? [];
  }

  /** One by one, because events that another server stored may be between them. */
  async function publishStored(found: readonly EventId[]): Promise<void> {
    const ranges = found.map(({ chat, seq }) => ({ chat, after: seq - 1, upTo: seq }));
    const stored = await replay.events(ranges);
    for (const chat of new Set(found.map((each) => each.chat)))
      for (const event of stored.get(chat) ?? []) await publishInOrder(chat, [event]);
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

    /** Publishes stored events that this server committed without knowing it. */
    async publishFound(found: readonly EventId[]): Promise<void> {
      if (found.length > 0) await logFailure(publishStored(found));
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
