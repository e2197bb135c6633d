import type { Block } from "@parley/contracts/blocks";
import type { UserId } from "@parley/contracts/ids";
import type { User } from "@parley/contracts/users";
import type { BlockRow, BlockStore } from "./block-store.ts";

interface BlockViewDeps {
  store: Pick<BlockStore, "list">;
  showUsers(viewer: UserId, ids: readonly string[]): Promise<ReadonlyMap<string, User>>;
}

export type BlockView = ReturnType<typeof createBlockView>;

/** Shows blocks to the user who made them. */
export function createBlockView({ store, showUsers }: BlockViewDeps) {
  async function show(blocker: UserId, rows: readonly BlockRow[]): Promise<Block[]> {
    const users = await showUsers(
      blocker,
      rows.map(({ blocked_id }) => blocked_id),
    );
    return rows.flatMap(({ blocked_id, created_at, expires_at }) => {
      const user = users.get(blocked_id);
      return user
        ? {
            user,
            createdAt: created_at.toISOString(),
            expiresAt: expires_at?.toISOString() ?? null,
          }
        : [];
    });
  }

  return {
    show,
    /** The active blocks that a user made. */
    async listFor(user: UserId): Promise<Block[]> {
      return show(user, await store.list(user, new Date()));
    },
  };
}
