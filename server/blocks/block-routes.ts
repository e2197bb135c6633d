import { Block, BlockCreation, BlockList } from "@parley/contracts/blocks";
import { Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import { documented, idParams, jsonBody } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import type { Hub } from "../realtime/hub.ts";
import { blockEnd } from "./block-end.ts";
import type { BlockNotifier } from "./block-notifier.ts";
import type { BlockView } from "./block-view.ts";
import type { BlockWorker } from "./block-worker.ts";
import type { BlockStore } from "./store.ts";

export interface BlockRoutesDeps {
  blocks: BlockStore;
  directory: BlockView;
  hub: Pick<Hub, "toUser">;
  notifyBlockChange: BlockNotifier;
  worker: Pick<BlockWorker, "wake">;
}

/** Whom the signed-in user blocks. */
export function createBlockRoutes(deps: BlockRoutesDeps): Hono<AppEnv> {
  const { blocks, directory, hub, notifyBlockChange, worker } = deps;

  async function block(blocker: string, blocked: string, expiresAt: Date | null): Promise<Block> {
    const row = await blocks.put(blocker, blocked, expiresAt);
    const [shown] = row ? await directory.show(blocker, [row]) : [];
    if (!shown) throw new Refusal("not_found");
    if (expiresAt) worker.wake();
    hub.toUser(blocker, { type: "block", block: shown });
    await notifyBlockChange(blocker, blocked);
    return shown;
  }

  async function unblock(blocker: string, blocked: string): Promise<void> {
    if (!(await blocks.remove(blocker, blocked))) return;
    hub.toUser(blocker, { type: "unblock", user: blocked });
    await notifyBlockChange(blocker, blocked);
  }

  return new Hono<AppEnv>()
    .get(
      "/block",
      documented({
        summary: "Whom the user blocks",
        tag: "blocks",
        answers: { 200: ["The blocks that stand now", BlockList] },
      }),
      async function listBlocks(c) {
        return c.json({ blocks: await directory.listFor(c.get("user").id) });
      },
    )
    .post(
      "/block",
      documented({
        summary: "Blocks someone, for good or until a time; again gives the block another end",
        tag: "blocks",
        answers: { 201: ["The block", Block] },
        refusals: ["not_found", "invalid"],
      }),
      jsonBody(BlockCreation),
      async function makeBlock(c) {
        const { id } = c.get("user");
        const wish = c.req.valid("json");
        if (wish.userId === id) throw fault("userId", "is yourself");
        const expiresAt = blockEnd(wish, new Date());
        if (expiresAt === "past") throw fault("expiresAt", "is not in the future");
        return c.json(await block(id, wish.userId, expiresAt), 201);
      },
    )
    .delete(
      "/block/:userId",
      documented({
        summary: "Unblocks someone",
        tag: "blocks",
        answers: { 204: ["There is no block any more"] },
      }),
      idParams("userId"),
      async function endBlock(c) {
        await unblock(c.get("user").id, c.req.valid("param").userId);
        return c.body(null, 204);
      },
    );
}

function fault(path: string, message: string): Refusal {
  return new Refusal("invalid", `${path}: ${message}.`, { errors: [{ path, message }] });
}
