import type { Database } from "@parley/db/open";
import type { Log } from "@parley/platform/process/log";
import type { EventWriter } from "../events/event-transaction.ts";
import type { Hub } from "../realtime/hub.ts";
import type { UserView } from "../users/user-view.ts";
import { createChatChanges } from "./chat-changes.ts";
import { createChatMaker } from "./chat-maker.ts";
import { startChatRemoval } from "./chat-removal.ts";
import { createChatRoutes } from "./chat-routes.ts";
import { createChatView } from "./chat-view.ts";
import { createMemberNotifier, type MemberNotifierDeps } from "./member-notifier.ts";
import { createMemberRoutes } from "./member-routes.ts";
import { createMemberView } from "./member-view.ts";
import { createMembership } from "./membership.ts";
import { createReadMarks } from "./read-marks.ts";
import { createRemoveMember } from "./remove-member.ts";
import { createRequests } from "./requests.ts";

interface ChatsDeps {
  db: Database;
  reads: Database;
  events: EventWriter;
  users: Pick<UserView, "show">;
  hub: MemberNotifierDeps["hub"];
  presence: MemberNotifierDeps["presence"];
  cluster: MemberNotifierDeps["cluster"] & { readonly hub: Pick<Hub, "toUser" | "toOthers"> };
  log: Log;
  fail(error: unknown): void;
}

/** Composes chats: their routes, their members and read marks, and what other folders ask about them. */
export function createChats(deps: ChatsDeps) {
  const { db, reads, events, users, hub, presence, cluster, log, fail } = deps;
  const chats = createChatView({ db: reads, users });
  const members = createMemberView({ db: reads, users });
  const memberNotifier = createMemberNotifier({ chats, hub, presence, cluster, onError: fail });
  const removal = startChatRemoval({ db, log });
  const readMarks = createReadMarks({ db, hub: cluster.hub, log });
  const removeMember = createRemoveMember(memberNotifier);
  const requests = createRequests({ writer: events, memberNotifier, removeMember });
  return {
    startFor: chats.startFor,
    declineRequests: requests.declineAll,
    requestAccepted: memberNotifier.notifyAccepted,
    markReadSoon: readMarks.markSoon,
    notifyHere: memberNotifier.notifyHere,
    routes: [
      createChatRoutes({
        chats,
        createChat: createChatMaker({ writer: events, memberNotifier }),
        changes: createChatChanges({ writer: events, memberNotifier, removal }),
        markRead: readMarks.mark,
      }),
      createMemberRoutes({
        chats,
        members,
        membership: createMembership({ writer: events, memberNotifier, removeMember }),
        acceptRequest: requests.accept,
      }),
    ],
    async [Symbol.asyncDispose](): Promise<void> {
      await removal[Symbol.asyncDispose]();
      await memberNotifier[Symbol.asyncDispose]();
    },
  };
}
