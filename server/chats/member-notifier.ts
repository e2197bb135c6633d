import type { EventTransaction } from "../events/event-transaction.ts";
import type { Hub } from "../realtime/hub.ts";
import { type ChatNotifierDeps, createChatNotifier } from "./chat-notifier.ts";

interface MemberNotifierDeps extends ChatNotifierDeps {
  hub: ChatNotifierDeps["hub"] & Pick<Hub, "join" | "leave" | "sessionsIn">;
}

export type MemberNotifier = ReturnType<typeof createMemberNotifier>;

/**
 * Tells people, after a commit, what a change means to themselves; events tell the others.
 *
 * The writer waits for what it calls after a commit, so that asks the database nothing.
 */
export function createMemberNotifier(deps: MemberNotifierDeps) {
  const { hub } = deps;
  const chatNotifier = createChatNotifier(deps);

  return {
    /** Before their first event is recorded: a new member hears the chat from then on, and is shown it. */
    memberAdded({ afterCommit }: EventTransaction, user: string, chat: string): void {
      afterCommit(() => {
        hub.join(user, chat);
        chatNotifier.notify(user, chat);
      });
    },

    /** After their last event was recorded: someone hears the chat no more. */
    memberRemoved({ afterCommit }: EventTransaction, user: string, chat: string): void {
      afterCommit(() => {
        hub.leave(user, chat);
        hub.toUser(user, { type: "left", chat });
      });
    },

    /** The chat itself has changed, or what somebody may do there. */
    chatChanged({ afterCommit }: EventTransaction, chat: string): void {
      afterCommit(() => {
        for (const { user } of hub.sessionsIn(chat)) chatNotifier.notify(user, chat);
      });
    },

    [Symbol.asyncDispose]: chatNotifier[Symbol.asyncDispose],
  };
}
