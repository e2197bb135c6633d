import type { Block } from "@parley/contracts/blocks";
import type { UserId } from "@parley/contracts/ids";
import type { User } from "@parley/contracts/users";
import { isoTime } from "@parley/db/iso-time";
import type { Database } from "@parley/db/open";
import type { QueryExecutorProvider } from "kysely";
import type { Unshown } from "../http/unshown.ts";
import { activeBlocks, type BlockRow, type ListedBlock } from "./block-store.ts";

interface BlockViewDeps {
  db: Database;
  showUsers(viewer: UserId, ids: readonly UserId[]): Promise<ReadonlyMap<string, User>>;
}

export type BlockView = ReturnType<typeof createBlockView>;

/** Shows blocks to the user who made them. */
export function createBlockView({ db, showUsers }: BlockViewDeps) {
  /** The active blocks that a user made; `users` are those whom they block. */
  async function startFor(
    blocker: UserId,
    q: QueryExecutorProvider = db,
  ): Promise<Unshown<Block[]>> {
    const rows = await activeBlocks(q, blocker, new Date());
    return {
      users: rows.map(({ blocked_id }) => blocked_id),
      show: (users) => rows.flatMap((row) => showBlock(row, users)),
    };
  }

  return {
    startFor,

    async show(row: BlockRow): Promise<Block | undefined> {
      return showBlock(row, await showUsers(row.blocker_id, [row.blocked_id]))[0];
    },

    async listFor(blocker: UserId): Promise<Block[]> {
      const { users, show } = await startFor(blocker);
      return show(await showUsers(blocker, users));
    },
  };
}

/** @returns no block where the blocked user is gone. */
function showBlock(
  { blocked_id, created_at, expires_at }: ListedBlock | BlockRow,
  users: ReadonlyMap<UserId, User>,
): Block[] {
  const user = users.get(blocked_id);
  if (!user) return [];
  return [{ user, createdAt: isoTime(created_at), expiresAt: expires_at && isoTime(expires_at) }];
}
