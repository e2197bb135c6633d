import type { Block } from "@parley/contracts/blocks";
import { Bootstrap } from "@parley/contracts/bootstrap";
import type { Chat } from "@parley/contracts/chats";
import { Refusal } from "@parley/platform/http/problem";
import { VERSION } from "@parley/platform/process/version";
import { Hono } from "hono";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import type { UserView } from "./user-view.ts";

export interface BootstrapRoutesDeps {
  users: Pick<UserView, "show">;
  chats: { listFor(viewer: string): Promise<Chat[]> };
  blocks: { listFor(user: string): Promise<Block[]> };
}

/** All that a client needs to start, in one request. */
export function createBootstrapRoutes({ users, chats, blocks }: BootstrapRoutesDeps) {
  return new Hono<AppEnv>().get(
    "/bootstrap",
    documented({
      summary: "All that a client needs to start",
      tag: "profile",
      answers: {
        200: ["The user, their chats and blocks, and the people these mention", Bootstrap],
      },
    }),
    async function bootstrap(c) {
      const viewer = c.get("user").id;
      const own = await chats.listFor(viewer);
      const blocked = await blocks.listFor(viewer);
      const shown = await users.show(viewer, [viewer, ...mentioned(own)]);
      for (const { user } of blocked) shown.set(user.id, user);
      const me = shown.get(viewer);
      if (!me) throw new Refusal("unauthenticated");
      return c.json({
        me,
        chats: own,
        users: [...shown.values()],
        blocks: blocked,
        serverTime: new Date().toISOString(),
        version: VERSION,
      });
    },
  );
}

/** The peers of direct chats, and who wrote the last messages. */
function mentioned(chats: readonly Chat[]): string[] {
  return chats.flatMap(({ peer, lastMessage }) => [
    ...(peer ? [peer.id] : []),
    ...(lastMessage ? [lastMessage.sender] : []),
  ]);
}
