import type { Block } from "@parley/contracts/blocks";
import type { UserView } from "../users/user-view.ts";
import type { BlockRow, BlockStore } from "./store.ts";

interface BlockViewDeps {
  blocks: Pick<BlockStore, "list">;
  users: Pick<UserView, "show">;
}

export type BlockView = ReturnType<typeof createBlockView>;

/** Shows blocks to who made them. */
export function createBlockView({ blocks, users }: BlockViewDeps) {
  async function show(blocker: string, rows: readonly BlockRow[]): Promise<Block[]> {
    const shown = await users.show(
      blocker,
      rows.map(({ blocked_id }) => blocked_id),
    );
    return rows.flatMap(({ blocked_id, created_at, expires_at }) => {
      const user = shown.get(blocked_id);
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
    /** The live blocks that a user made. */
    async listFor(user: string): Promise<Block[]> {
      return show(user, await blocks.list(user, new Date()));
    },
  };
}
