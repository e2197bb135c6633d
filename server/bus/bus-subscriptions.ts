import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Bus } from "./bus.ts";
import { chatHints, userHints } from "./hints.ts";

export interface BusSubscriptionsDeps {
  bus: Pick<Bus, "isShared" | "subscribe" | "unsubscribe">;
  hub: {
    head(chat: ChatId): number | undefined;
    startAt(chat: ChatId, head: number): void;
  };
  /** Reads the newest `seq` of each chat, with one statement. */
  readHeads(chats: readonly ChatId[]): Promise<ReadonlyMap<string, number>>;
  /** Publishes the stored events of chats up to a `seq` that were not published here. */
  catchUp(stored: ReadonlyMap<string, number>): Promise<void>;
  fail(error: unknown): void;
}

/** Subscribes the server to the chats that have followers here, and to the users who are connected here. */
export function createBusSubscriptions(deps: BusSubscriptionsDeps) {
  const { bus, hub, fail } = deps;
  /** The chats, and the topics of chats and users, of one turn of the event loop. */
  let chats = new Set<string>();
  let topics = new Set<string>();

  function subscribeSoon(topic: string): void {
    if (topics.size === 0) queueMicrotask(() => void subscribe().catch(fail));
    topics.add(topic);
  }

  async function subscribe(): Promise<void> {
    const [newTopics, newChats] = [topics, chats];
    topics = new Set();
    chats = new Set();
    if (newTopics.size === 0) return;
    await bus.subscribe([...newTopics]);
    if (bus.isShared && newChats.size > 0) await catchUp([...newChats]);
  }

  /** Publishes what other servers wrote before the subscription held. */
  async function catchUp(newChats: readonly string[]): Promise<void> {
    const behind = new Map<string, number>();
    for (const [chat, stored] of await deps.readHeads(newChats)) {
      const head = hub.head(chat);
      if (head === undefined) hub.startAt(chat, stored);
      else if (head < stored) behind.set(chat, stored);
    }
    if (behind.size > 0) await deps.catchUp(behind);
  }

  function unsubscribe(topic: string): void {
    if (!topics.delete(topic)) bus.unsubscribe([topic]);
  }

  return {
    chatFollowed(chat: ChatId): void {
      chats.add(chat);
      subscribeSoon(chatHints(chat));
    },
    chatUnfollowed(chat: ChatId): void {
      chats.delete(chat);
      unsubscribe(chatHints(chat));
    },
    userConnected: (user: UserId) => subscribeSoon(userHints(user)),
    userDisconnected: (user: UserId) => unsubscribe(userHints(user)),
  };
}
