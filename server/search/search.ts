import type { UserId } from "@parley/contracts/ids";
import type { User } from "@parley/contracts/users";
import type { Database } from "@parley/db/open";
import type { Log } from "@parley/platform/process/log";
import type { Hono } from "hono";
import type { CommittedEventListener } from "../events/publish.ts";
import type { AppEnv } from "../http/env.ts";
import type { MessageChangesDeps } from "../messages/message-changes.ts";
import { startIndexer } from "./indexer.ts";
import { markStale } from "./search-chunks.ts";
import { createMessageSearchRoutes } from "./search-routes.ts";

export interface SearchDeps {
  db: Database;
  reads: Database;
  users: { show(viewer: UserId, ids: readonly string[]): Promise<Map<string, User>> };
  log: Log;
}

export interface Search extends AsyncDisposable, Pick<MessageChangesDeps, "markStale"> {
  indexer: CommittedEventListener;
  routes: Hono<AppEnv>[];
}

/** Composes search: the indexer, and the route that finds messages by words. */
export function createSearch({ db, reads, users, log }: SearchDeps): Search {
  const indexer = startIndexer({ db, log });
  return {
    indexer: { name: "search indexer", onCommitted: indexer.onCommitted },
    markStale,
    routes: [createMessageSearchRoutes({ db: reads, showUsers: users.show })],
    [Symbol.asyncDispose]: () => indexer[Symbol.asyncDispose](),
  };
}
