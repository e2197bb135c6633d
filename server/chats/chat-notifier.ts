import type { Hub } from "../realtime/hub.ts";
import type { ChatView } from "./chat-view.ts";

export interface ChatNotifierDeps {
  chats: Pick<ChatView, "show">;
  hub: Pick<Hub, "toUser" | "sessionsOf" | "isFollowing">;
  fail(error: unknown): void;
}

/**
 * Shows people a chat anew, each as they see it.
 *
 * Nobody waits for it, and it shows one after the other: so a chat of thousands leaves the database
 * to others, and no older view overtakes a newer one.
 */
export function createChatNotifier({ chats, hub, fail }: ChatNotifierDeps) {
  const waiting = new Map<string, { user: string; chat: string }>();
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    // What comes while one is shown is visited as well.
    for (const [key, { user, chat }] of waiting) {
      waiting.delete(key);
      await showTo(user, chat).catch(fail);
    }
    working = undefined;
  }

  async function showTo(user: string, chat: string): Promise<void> {
    if (!hears(user, chat)) return;
    const [shown] = await chats.show(user, [chat]);
    // Who was let go meanwhile was told so already.
    if (shown && hears(user, chat)) hub.toUser(user, { type: "chat", chat: shown });
  }

  function hears(user: string, chat: string): boolean {
    return [...hub.sessionsOf(user)].some((session) => hub.isFollowing(session, chat));
  }

  return {
    /** Has a chat shown to somebody soon; once, however often it is asked for until then. */
    notify(user: string, chat: string): void {
      waiting.set(`${user} ${chat}`, { user, chat });
      working ??= work();
    },

    async [Symbol.asyncDispose](): Promise<void> {
      waiting.clear();
      await working;
    },
  };
}
