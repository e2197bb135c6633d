import type { ChatId, UserId } from "@parley/contracts/ids";
import type { EventTransaction } from "../events/event-transaction.ts";
import type { Presence } from "../presence/presence.ts";
import type { Hub } from "../realtime/hub.ts";
import { type ChatNotifierDeps, createChatNotifier } from "./chat-notifier.ts";

export interface MemberNotifierDeps extends ChatNotifierDeps {
  hub: ChatNotifierDeps["hub"] &
    Pick<Hub, "join" | "request" | "accept" | "leave" | "isRequest" | "connectionsIn">;
  presence: Pick<Presence, "joined" | "left">;
  /** Tells the other servers, each of which notifies the users who are connected to it. */
  cluster: { membershipsChanged(user: UserId): void; chatChanged(chat: ChatId): void };
}

export type MemberNotifier = ReturnType<typeof createMemberNotifier>;

/**
 * Notifies users, after a commit, of what a change means to themselves. Events notify the others.
 *
 * The writer waits for callbacks that run after a commit, so that these run no statements.
 */
export function createMemberNotifier(deps: MemberNotifierDeps) {
  const { hub, presence, cluster } = deps;
  const chatNotifier = createChatNotifier(deps);

  /** The notifications to users who are connected to this server. */
  const notifyHere = {
    memberAdded(user: UserId, chat: ChatId): void {
      hub.join(user, chat);
      presence.joined(user, chat);
      chatNotifier.notify(user, chat);
    },
    /** The user follows the chat, but neither they nor the others see each other's presence. */
    requestMade(user: UserId, chat: ChatId): void {
      hub.request(user, chat);
      chatNotifier.notify(user, chat);
    },
    requestAccepted(user: UserId, chat: ChatId): void {
      hub.accept(user, chat);
      presence.joined(user, chat);
      chatNotifier.notify(user, chat);
    },
    memberRemoved(user: UserId, chat: ChatId): void {
      const wasRequest = hub.isRequest(user, chat);
      hub.leave(user, chat);
      if (!wasRequest) presence.left(user, chat);
      hub.toUser(user, { type: "left", chat });
    },
    chatChanged(chat: ChatId): void {
      for (const { user } of hub.connectionsIn(chat)) chatNotifier.notifyLater(user, chat);
    },
  };

  function notifyAccepted(user: UserId, chat: ChatId): void {
    cluster.membershipsChanged(user);
    notifyHere.requestAccepted(user, chat);
  }

  return {
    notifyHere,

    /** To be called before the member's first event is appended: from then on they follow the chat. */
    memberAdded({ afterCommit }: EventTransaction, user: UserId, chat: ChatId): void {
      afterCommit(() => {
        cluster.membershipsChanged(user);
        notifyHere.memberAdded(user, chat);
      });
    },

    /** To be called like `memberAdded`, for a member who gets a request. */
    requestMade({ afterCommit }: EventTransaction, user: UserId, chat: ChatId): void {
      afterCommit(() => {
        cluster.membershipsChanged(user);
        notifyHere.requestMade(user, chat);
      });
    },

    /** To be called when a transaction accepts a request. */
    requestAccepted({ afterCommit }: EventTransaction, user: UserId, chat: ChatId): void {
      afterCommit(() => notifyAccepted(user, chat));
    },

    /** To be called after the commit of something else that accepted a request, as a message. */
    notifyAccepted,

    /** To be called after the member's last event was appended: they follow the chat until then. */
    memberRemoved({ afterCommit }: EventTransaction, user: UserId, chat: ChatId): void {
      afterCommit(() => {
        cluster.membershipsChanged(user);
        notifyHere.memberRemoved(user, chat);
      });
    },

    /** To be called when the chat has changed, or what a member may do in the chat. */
    chatChanged({ afterCommit }: EventTransaction, chat: ChatId): void {
      afterCommit(() => {
        cluster.chatChanged(chat);
        notifyHere.chatChanged(chat);
      });
    },

    [Symbol.asyncDispose]: chatNotifier[Symbol.asyncDispose],
  };
}
