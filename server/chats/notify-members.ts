import type { EventTransaction } from "../events/event-transaction.ts";
import type { Hub } from "../realtime/hub.ts";
import { type ChatNewsDeps, createChatNews } from "./chat-notifier.ts";

interface AnnouncingDeps extends ChatNewsDeps {
  hub: ChatNewsDeps["hub"] & Pick<Hub, "join" | "leave" | "sessionsIn">;
}

export type Announcing = ReturnType<typeof createAnnouncing>;

/**
 * Tells people, after a commit, what a change means to themselves; events tell the others.
 *
 * The writer waits for what it calls after a commit, so that asks the database nothing.
 */
export function createAnnouncing(deps: AnnouncingDeps) {
  const { hub } = deps;
  const news = createChatNews(deps);

  return {
    /** Before their first event is recorded: a new member hears the chat from then on, and is shown it. */
    arrival({ afterCommit }: EventTransaction, user: string, chat: string): void {
      afterCommit(() => {
        hub.join(user, chat);
        news.tell(user, chat);
      });
    },

    /** After their last event was recorded: someone hears the chat no more. */
    departure({ afterCommit }: EventTransaction, user: string, chat: string): void {
      afterCommit(() => {
        hub.leave(user, chat);
        hub.toUser(user, { type: "left", chat });
      });
    },

    /** The chat itself has changed, or what somebody may do there. */
    change({ afterCommit }: EventTransaction, chat: string): void {
      afterCommit(() => {
        for (const { user } of hub.sessionsIn(chat)) news.tell(user, chat);
      });
    },

    [Symbol.asyncDispose]: news[Symbol.asyncDispose],
  };
}
