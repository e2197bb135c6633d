import { Block, BlockCreation, BlockList } from "@parley/contracts/blocks";
import type { ServerFrame } from "@parley/contracts/frames";
import type { UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { WorkLoop } from "@parley/platform/async/work-loop";
import { Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { idParams, jsonBody } from "../http/request-validators.ts";
import { blockEnd } from "./block-end.ts";
import type { BlockNotifier } from "./block-notifier.ts";
import type { BlockStore } from "./block-store.ts";
import type { BlockView } from "./block-view.ts";

interface BlockRoutesDeps {
  store: Pick<BlockStore, "isFull" | "put" | "remove">;
  view: BlockView;
  hub: { toUser(user: UserId, frame: ServerFrame): void };
  chats: { declineRequests(user: UserId, requester: UserId): Promise<void> };
  notifyBlockChange: BlockNotifier;
  worker: Pick<WorkLoop, "wake">;
}

/** The routes with which the signed-in user lists, makes and ends their blocks. */
export function createBlockRoutes(deps: BlockRoutesDeps): Hono<AppEnv> {
  const { store, view, hub, chats, notifyBlockChange, worker } = deps;

  async function block(blocker: UserId, blocked: UserId, expiresAt: Date | null): Promise<Block> {
    if (await store.isFull(blocker, blocked))
      throw new Refusal(
        "too_many_blocks",
        `You block ${LIMITS.maxBlocks} users, as many as one may.`,
      );
    const row = await store.put(blocker, blocked, expiresAt);
    const shown = row && (await view.show(row));
    if (!shown) throw new Refusal("not_found");
    if (expiresAt) worker.wake();
    hub.toUser(blocker, { type: "block", block: shown });
    await chats.declineRequests(blocker, blocked);
    await notifyBlockChange(blocker, blocked);
    return shown;
  }

  async function unblock(blocker: UserId, blocked: UserId): Promise<void> {
    if (!(await store.remove(blocker, blocked))) return;
    hub.toUser(blocker, { type: "unblock", user: blocked });
    await notifyBlockChange(blocker, blocked);
  }

  return new Hono<AppEnv>()
    .get(
      "/block",
      documented("GET /service/api/block", {
        summary: "Lists the user’s active blocks",
        tag: "blocks",
        answers: { 200: ["The active blocks", BlockList] },
      }),
      async function listBlocks(c) {
        return c.json({ blocks: await view.listFor(c.get("user").id) });
      },
    )
    .post(
      "/block",
      documented("POST /service/api/block", {
        summary: "Blocks a user permanently or until a time; a repeated call changes the end",
        tag: "blocks",
        answers: { 201: ["The block", Block] },
        refusals: ["not_found", "too_many_blocks", "invalid"],
      }),
      jsonBody(BlockCreation),
      async function makeBlock(c) {
        const { id } = c.get("user");
        const creation = c.req.valid("json");
        if (creation.userId === id) throw invalidField("userId", "is yourself");
        const expiresAt = blockEnd(creation, new Date());
        if (expiresAt === "past") throw invalidField("expiresAt", "is not in the future");
        return c.json(await block(id, creation.userId, expiresAt), 201);
      },
    )
    .delete(
      "/block/:userId",
      documented("DELETE /service/api/block/:userId", {
        summary: "Unblocks a user",
        tag: "blocks",
        answers: { 204: ["The user is not blocked"] },
      }),
      idParams("userId"),
      async function endBlock(c) {
        await unblock(c.get("user").id, c.req.valid("param").userId);
        return c.body(null, 204);
      },
    );
}

function invalidField(path: string, message: string): Refusal {
  return new Refusal("invalid", `${path}: ${message}.`, { errors: [{ path, message }] });
}
