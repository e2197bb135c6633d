import type { User } from "@parley/contracts/users";
import type { Database } from "@parley/db/open";
import type { Hono } from "hono";
import type { EventLog } from "../events/event-log.ts";
import type { AppEnv } from "../http/env.ts";
import type { Submission } from "./batch-context.ts";
import { createChangeRoutes } from "./change-routes.ts";
import type { Sent } from "./decide-batch.ts";
import { createMessageChanges, type MessageChangesDeps } from "./message-changes.ts";
import { createLocalMessageRate } from "./message-rate.ts";
import { createMessageRoutes } from "./message-routes.ts";
import { createSend, type Send } from "./send.ts";

export interface MessagesDeps extends Pick<MessageChangesDeps, "rewriteIndex"> {
  db: Database;
  events: EventLog<Submission, Sent>;
  users: { show(viewer: string, ids: readonly string[]): Promise<Map<string, User>> };
}

export interface Messages extends Disposable {
  send: Send;
  routes: Hono<AppEnv>[];
}

/** Puts the parts together that send, show and change messages. @param perSecond messages of one user. */
export function createMessages(
  { db, events, users, rewriteIndex }: MessagesDeps,
  { perSecond }: { perSecond: number },
): Messages {
  const rate = createLocalMessageRate(perSecond);
  const send = createSend({ rate, submit: events.submit });
  const changes = createMessageChanges({ writer: events, rewriteIndex });
  return {
    send,
    routes: [createMessageRoutes({ db, send, showUsers: users.show }), createChangeRoutes(changes)],
    [Symbol.dispose]: rate[Symbol.dispose],
  };
}
