import { Bootstrap } from "@parley/contracts/bootstrap";
import type { UserId } from "@parley/contracts/ids";
import { Hono } from "hono";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";

/** The route that returns everything a client needs to start. */
export function createBootstrapRoutes(readBootstrap: (viewer: UserId) => Promise<Bootstrap>) {
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
      return c.json(await readBootstrap(c.get("user").id));
    },
  );
}
