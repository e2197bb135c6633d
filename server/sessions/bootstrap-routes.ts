import type { Block } from "@parley/contracts/blocks";
import { Bootstrap } from "@parley/contracts/bootstrap";
import type { Chat } from "@parley/contracts/chats";
import type { UserId } from "@parley/contracts/ids";
import { Refusal } from "@parley/platform/http/problem";
import { VERSION } from "@parley/platform/process/version";
import { Hono } from "hono";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import type { UserView } from "../users/user-view.ts";

interface BootstrapRoutesDeps {
  showUsers: UserView["show"];
  chats: { startFor(viewer: UserId): Promise<{ chats: Chat[]; moreChats: boolean }> };
  blocks: { listFor(user: UserId): Promise<Block[]> };
}

/** The route that returns everything a client needs to start. */
export function createBootstrapRoutes({ showUsers, chats, blocks }: BootstrapRoutesDeps) {
  return new Hono<AppEnv>().get(
    "/bootstrap",
    documented("GET /service/api/bootstrap", {
      summary: "Returns everything that a client needs to start",
      tag: "profile",
      answers: {
        200: ["The user, their chats and blocks, and the users to whom these refer", Bootstrap],
      },
    }),
    async function bootstrap(c) {
      const viewer = c.get("user").id;
      const { chats: own, moreChats } = await chats.startFor(viewer);
      const blocked = await blocks.listFor(viewer);
      const shown = await showUsers(viewer, [viewer, ...referredUsers(own)]);
      for (const { user } of blocked) shown.set(user.id, user);
      const me = shown.get(viewer);
      if (!me) throw new Refusal("unauthenticated");
      return c.json({
        me,
        chats: own,
        moreChats,
        users: [...shown.values()],
        blocks: blocked,
        serverTime: new Date().toISOString(),
        version: VERSION,
      });
    },
  );
}

/** @returns the IDs of the peers of direct chats and of the senders of the last messages. */
function referredUsers(chats: readonly Chat[]): string[] {
  return chats.flatMap(({ peer, lastMessage }) => [
    ...(peer ? [peer.id] : []),
    ...(lastMessage ? [lastMessage.sender] : []),
  ]);
}
