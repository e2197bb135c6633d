import type { UserId } from "@parley/contracts/ids";
import type { User } from "@parley/contracts/users";
import type { Database } from "@parley/db/open";
import { createLocalKeyRate } from "@parley/platform/async/key-rate";
import type { Hono } from "hono";
import type { EventLog } from "../events/event-log.ts";
import type { AppEnv } from "../http/env.ts";
import type { Submission } from "./batch-context.ts";
import { createChangeRoutes } from "./change-routes.ts";
import type { Sent } from "./decide-batch.ts";
import { createMessageChanges, type MessageChangesDeps } from "./message-changes.ts";
import { createMessageRoutes } from "./message-routes.ts";
import { createSend, type Send, type SendDeps } from "./send.ts";

export interface MessagesDeps {
  db: Database;
  events: EventLog<Submission, Sent>;
  users: { show(viewer: UserId, ids: readonly string[]): Promise<Map<string, User>> };
  search: Pick<MessageChangesDeps, "markStale">;
  requests: SendDeps["requests"];
}

export interface Messages extends Disposable {
  send: Send;
  routes: Hono<AppEnv>[];
}

/** Composes messages: sending, showing and changing them. */
export function createMessages(
  { db, events, users, search, requests }: MessagesDeps,
  settings: { RATE_LIMIT_MESSAGES_RPS: number },
): Messages {
  const rate = createLocalKeyRate({
    max: settings.RATE_LIMIT_MESSAGES_RPS,
    windowMs: 1_000,
    detail: "You send faster than this server allows.",
  });
  const send = createSend({ rate, submit: events.submit, requests });
  const changes = createMessageChanges({
    writer: events,
    markStale: search.markStale,
    requests,
  });
  return {
    send,
    routes: [createMessageRoutes({ db, send, showUsers: users.show }), createChangeRoutes(changes)],
    [Symbol.dispose]: rate[Symbol.dispose],
  };
}
