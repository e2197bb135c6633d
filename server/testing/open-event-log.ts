import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Draft } from "@parley/contracts/messages";
import type { User } from "@parley/contracts/users";
import type { Database } from "@parley/db/open";
import { createLog } from "@parley/platform/process/log";
import { createEventKinds } from "../event-kinds.ts";
import { createEventLog } from "../events/event-log.ts";
import { createReplay } from "../events/replay.ts";
import { submissionKey } from "../messages/batch-context.ts";
import { createMessageChanges } from "../messages/message-changes.ts";
import { storeBatch } from "../messages/store-batch.ts";
import { markStale } from "../search/search-chunks.ts";

type Users = Parameters<typeof createEventKinds>[0];

/** Finds no user: events show users as if their accounts were gone. */
export const UNKNOWN_USERS: Users = { showNeutral: async () => new Map<string, User>() };

export const UNKNOWN_USER_KINDS = createEventKinds(UNKNOWN_USERS);

interface Options {
  users?: Users;
  head?: (chat: ChatId) => number | undefined;
  onPublished?: (chat: ChatId, events: readonly ChatEvent[]) => void;
  deadlineMs?: number;
}

/** Opens the event log as in production, without a hub. */
export function openEventLog(
  db: Database,
  {
    users = UNKNOWN_USERS,
    head = () => undefined,
    onPublished = () => {},
    deadlineMs,
  }: Options = {},
) {
  const log = createEventLog(
    {
      db,
      kinds: createEventKinds(users),
      storeBatch,
      keyOf: submissionKey,
      log: createLog("test", "silent"),
      hub: { head, publishEvents: onPublished },
      committedListeners: [],
      cluster: { isShared: () => false, eventsCommitted() {} },
      metrics: { messageTime: { observe: () => {} } },
    },
    deadlineMs === undefined ? {} : { deadlineMs },
  );
  return {
    ...log,
    send: (sender: UserId, draft: Draft) => log.submit({ sender, draft }),
    changes: createMessageChanges({
      writer: log,
      markStale,
      requests: { accepted() {} },
    }),
  };
}

/** Replays one chat: the events after `after`, at most `limit` of them. */
export function openChatReplay(db: Database, users = UNKNOWN_USERS) {
  const replay = createReplay({ db, kinds: createEventKinds(users) });
  return async (chat: ChatId, after: number, limit: number): Promise<readonly ChatEvent[]> => {
    const newest = (await replay.heads([chat])).get(chat) ?? 0;
    const range = { chat, after, upTo: Math.min(newest, after + limit) };
    return (await replay.events([range])).get(chat) ?? [];
  };
}
