import type { ChangeScope } from "../messages/change.ts";
import type { Hub } from "../realtime/hub.ts";
import type { ChatDirectory } from "./chat-view.ts";

interface AnnouncingDeps {
  chats: Pick<ChatDirectory, "show">;
  hub: Pick<Hub, "toUser" | "join" | "leave" | "sessionsOf">;
}

export type Announcing = ReturnType<typeof createAnnouncing>;

/** Tells people, after a commit, what a change means to themselves; events tell the others. */
export function createAnnouncing({ chats, hub }: AnnouncingDeps) {
  async function showTo(user: string, chat: string): Promise<void> {
    if (hub.sessionsOf(user).size === 0) return;
    const [shown] = await chats.show(user, [chat]);
    if (shown) hub.toUser(user, { type: "chat", chat: shown });
  }

  return {
    /** Before their first event is recorded: a new member is shown the chat, and hears it from then on. */
    arrival({ afterCommit }: ChangeScope, user: string, chat: string): void {
      afterCommit(async () => {
        try {
          await showTo(user, chat);
        } finally {
          hub.join(user, chat);
        }
      });
    },

    /** After their last event was recorded: someone hears the chat no more. */
    departure({ afterCommit }: ChangeScope, user: string, chat: string): void {
      afterCommit(() => {
        hub.leave(user, chat);
        hub.toUser(user, { type: "left", chat });
      });
    },

    /** What a member may do has changed. */
    ownView({ afterCommit }: ChangeScope, user: string, chat: string): void {
      afterCommit(() => showTo(user, chat));
    },
  };
}
