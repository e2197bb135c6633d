import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { applyHint, type HintHandlers } from "./apply-hint.ts";
import type { OpenBus } from "./bus.ts";
import { type BusSubscriptionsDeps, createBusSubscriptions } from "./bus-subscriptions.ts";
import {
  ALL_TOPIC,
  chatHints,
  createServerName,
  decodeHint,
  encodeHint,
  type Hint,
  userHints,
} from "./hints.ts";
import { createSharedHub, type LocalHub } from "./shared-hub.ts";

type Subscriptions = ReturnType<typeof createBusSubscriptions>;

/** What the cluster needs of this server's hub. */
export type ClusterHub = LocalHub &
  HintHandlers["hub"] &
  BusSubscriptionsDeps["hub"] & { observe(observer: Subscriptions): void };

export interface ClusterDeps<H> {
  openBus: OpenBus;
  hub: H;
  /** Encodes events as frames, each with its events. */
  encodeEvents(
    chat: ChatId,
    events: readonly ChatEvent[],
  ): Iterable<{ text: string; events: readonly ChatEvent[] }>;
  fail(error: unknown): void;
}

interface ClusterHandlers
  extends Omit<HintHandlers, "hub">,
    Pick<BusSubscriptionsDeps, "readHeads" | "catchUp"> {
  /** Publishes the committed events of followed chats that were not published here. */
  publishMissed(): Promise<void>;
}

/** The parts of this server that hear from other servers. */
export interface ClusterParts {
  events: Pick<ClusterHandlers, "offer" | "catchUp"> & {
    replay: { heads: ClusterHandlers["readHeads"] };
  };
  realtime: Pick<ClusterHandlers, "publishMissed"> & {
    reloadMemberships: ClusterHandlers["membershipsChanged"];
  };
  chats: { notifyHere: Pick<ClusterHandlers, "chatChanged"> };
  blocks: { notifyHere: ClusterHandlers["blockChanged"] };
  users: { notifyHere: ClusterHandlers["profileChanged"] };
}

/** Composes what this server tells the other servers of an installation, and what it does when it hears from them. */
export function createCluster<H extends ClusterHub>(deps: ClusterDeps<H>) {
  const { hub, fail } = deps;
  const name = createServerName();
  let handlers: ClusterHandlers | undefined;
  const bus = deps.openBus({ onMessage, up: () => void handlers?.publishMissed().catch(fail) });

  function onMessage(topic: string, text: string): void {
    const hint = decodeHint(name, text);
    if (!hint || !handlers) return;
    void Promise.try(applyHint, { ...handlers, hub }, topic, hint).catch(fail);
  }

  function sendHint(topic: string, hint: Hint): void {
    if (bus.isShared) bus.publish(topic, encodeHint(name, hint));
  }

  return {
    /** The hub whose calls reach the connections at other servers too. */
    hub: createSharedHub(hub, sendHint),
    /** Whether another server can be connected. */
    isShared: () => bus.isShared,

    /** Tells other servers of events that were committed here; called before they are published here. */
    eventsCommitted(chat: ChatId, events: readonly ChatEvent[]): void {
      if (!bus.isShared) return;
      for (const { text, events: part } of deps.encodeEvents(chat, events)) {
        const [first, last] = [part[0], part.at(-1)];
        if (first && last)
          sendHint(chatHints(chat), {
            kind: "events",
            first: first.seq,
            last: last.seq,
            frame: text,
          });
      }
    },

    /** The other servers read the user's chats again, so that no right rests on a hint. */
    membershipsChanged: (user: UserId) => sendHint(userHints(user), { kind: "chats" }),
    chatChanged: (chat: ChatId) => sendHint(chatHints(chat), { kind: "changed" }),
    profileChanged: (user: UserId, part: "fields" | "avatar") =>
      sendHint(ALL_TOPIC, { kind: "profile", user, part }),

    blockChanged(one: UserId, other: UserId): void {
      sendHint(userHints(one), { kind: "related", other });
      sendHint(userHints(other), { kind: "related", other: one });
    },

    /** Begins to listen to the other servers. */
    start({ events, realtime, chats, blocks, users }: ClusterParts): void {
      handlers = {
        offer: events.offer,
        readHeads: events.replay.heads,
        catchUp: events.catchUp,
        publishMissed: realtime.publishMissed,
        membershipsChanged: realtime.reloadMemberships,
        chatChanged: chats.notifyHere.chatChanged,
        blockChanged: blocks.notifyHere,
        profileChanged: users.notifyHere,
      };
      hub.observe(createBusSubscriptions({ ...handlers, bus, hub, fail }));
      bus.subscribe([ALL_TOPIC]).catch(fail);
    },

    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  };
}
