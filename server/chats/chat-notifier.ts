import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Hub } from "../realtime/hub.ts";
import type { ChatView } from "./chat-view.ts";

export interface ChatNotifierDeps {
  chats: Pick<ChatView, "show">;
  hub: Pick<Hub, "toUser" | "connectionsOf" | "isFollowing">;
  onError(error: unknown): void;
}

/**
 * Sends users the current state of a chat, each as they may see it.
 *
 * This happens in the background, one user after the other: a change of a chat with thousands of
 * members leaves the database to others, and an older state never arrives after a newer one.
 */
export function createChatNotifier({ chats, hub, onError }: ChatNotifierDeps) {
  const queue = new Map<string, { user: UserId; chat: ChatId }>();
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    // The iteration also visits entries that are added meanwhile.
    for (const [key, { user, chat }] of queue) {
      queue.delete(key);
      await send(user, chat).catch(onError);
    }
    running = undefined;
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

    async [Symbol.asyncDispose](): Promise<void> {
      queue.clear();
      await running;
    },
  };
}
