import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Hub } from "../realtime/hub.ts";
import type { ChatView } from "./chat-view.ts";

export interface ChatNotifierDeps {
  chats: Pick<ChatView, "show">;
  hub: Pick<Hub, "toUser" | "connectionsOf" | "isFollowing">;
  onError(error: unknown): void;
}

interface Notice {
  readonly user: UserId;
  readonly chat: ChatId;
}

/**
 * Sends users the current state of a chat, each as they may see it.
 *
 * This happens in the background, one user after the other: a change of a chat with thousands of
 * members leaves the database to others, and an older state never arrives after a newer one.
 */
export function createChatNotifier({ chats, hub, onError }: ChatNotifierDeps) {
  /** News of their own memberships, and changes of chats, which wait for it: a channel has many members. */
  const [queue, later] = [new Map<string, Notice>(), new Map<string, Notice>()];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    for (let notice = takeFirst(); notice; notice = takeFirst())
      await send(notice.user, notice.chat).catch(onError);
    running = undefined;
  }

  function takeFirst(): Notice | undefined {
    for (const waiting of [queue, later])
      for (const [key, notice] of waiting) {
        waiting.delete(key);
        return notice;
      }
    return undefined;
  }

  async function send(user: UserId, chat: ChatId): Promise<void> {
    if (!isFollowing(user, chat)) return;
    const [shown] = await chats.show(user, [chat]);
    // The user may have been removed during the query, and was sent a `left` frame then.
    if (shown && isFollowing(user, chat)) hub.toUser(user, { type: "chat", chat: shown });
  }

  function isFollowing(user: UserId, chat: ChatId): boolean {
    return [...hub.connectionsOf(user)].some((connection) => hub.isFollowing(connection, chat));
  }

  return {
    /** Queues the chat to be sent to the user; once, even if it is queued already. */
    notify(user: UserId, chat: ChatId): void {
      queue.set(`${user} ${chat}`, { user, chat });
      running ??= run();
    },

    /** Queues it like `notify`, behind everything that `notify` queued and queues meanwhile. */
    notifyLater(user: UserId, chat: ChatId): void {
      later.set(`${user} ${chat}`, { user, chat });
      running ??= run();
    },

    async [Symbol.asyncDispose](): Promise<void> {
      queue.clear();
      later.clear();
      await running;
    },
  };
}
