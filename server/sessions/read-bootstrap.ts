import type { Block } from "@parley/contracts/blocks";
import type { Bootstrap } from "@parley/contracts/bootstrap";
import type { UserId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import { pipelinedReads } from "@parley/db/pipelined-reads";
import { Refusal } from "@parley/platform/http/problem";
import { VERSION } from "@parley/platform/process/version";
import type { QueryExecutorProvider } from "kysely";
import type { StartingChats } from "../chats/chat-view.ts";
import type { Unshown } from "../http/unshown.ts";
import type { UserView } from "../users/user-view.ts";

type ReadPart<T> = (user: UserId, q: QueryExecutorProvider) => Promise<Unshown<T>>;

export interface BootstrapDeps {
  reads: Database;
  showUsers: UserView["show"];
  chats: { startFor: ReadPart<StartingChats> };
  blocks: { startFor: ReadPart<Block[]> };
}

/**
 * Reads everything that a client needs to start, with three statements: chats and blocks, which are sent
 * together, then all users to whom these refer.
 */
export function createReadBootstrap({ reads, showUsers, chats, blocks }: BootstrapDeps) {
  return async function readBootstrap(viewer: UserId): Promise<Bootstrap> {
    const [own, blocked] = await pipelinedReads(reads, (q) =>
      Promise.all([chats.startFor(viewer, q), blocks.startFor(viewer, q)]),
    );
    const users = await showUsers(viewer, [viewer, ...own.users, ...blocked.users]);
    const me = users.get(viewer);
    if (!me) throw new Refusal("unauthenticated");
    return {
      me,
      ...own.show(users),
      users: [...users.values()],
      blocks: blocked.show(users),
      serverTime: new Date().toISOString(),
      version: VERSION,
    };
  };
}
