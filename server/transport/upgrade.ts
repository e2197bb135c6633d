import type { SessionId, UserId } from "@parley/contracts/ids";
import { Refusal } from "@parley/platform/http/problem";
import { bearerToken, type Secrets, verifyLinkToken } from "@parley/platform/http/token";
import { answerHandshake } from "@parley/platform/sockets/handshake";
import type { Context } from "hono";
import type { AppEnv } from "../http/env.ts";
import { pageOrigin } from "../http/page-origin.ts";
import type { SessionCookie } from "../sessions/session-cookie.ts";
import type { SocketData } from "./websocket.ts";

export interface UpgradeDeps {
  secrets: Secrets;
  cookie: Pick<SessionCookie, "read">;
  /** Origins, in addition to the server's own, whose pages may connect with the cookie. */
  ownOrigins: readonly string[];
  /** @returns the user and the session of a token; null where the token is invalid or its session has ended. */
  check(token: string): Promise<{ user: UserId; sid: SessionId } | null>;
  /** Whether the server is stopping, and accepts no new sockets of clients. */
  isDraining(): boolean;
  /** Whether the server is about to close its links, and accepts no new ones. */
  isClosing(): boolean;
}

type SocketServer = Pick<Bun.Server<SocketData>, "upgrade">;

/** Creates the handlers of WebSocket handshakes: a client's own socket, and a gateway's link. */
export function createUpgradeHandlers({
  secrets,
  cookie,
  ownOrigins,
  check,
  ...phase
}: UpgradeDeps) {
  function upgrade(
    c: Context<AppEnv>,
    data: SocketData,
    isDraining: boolean,
  ): Response | Promise<Response> {
    const { server } = c.env as unknown as { server: SocketServer };
    return answerHandshake(c, {
      isDraining,
      upgrade: (headers) => server.upgrade(c.req.raw, { data, headers }),
    });
  }

  return {
    async link(c: Context<AppEnv>): Promise<Response> {
      const token = bearerToken(c.req.header("authorization"));
      if (!token || !(await verifyLinkToken(token, ...secrets)))
        throw new Refusal("unauthenticated");
      return upgrade(c, { kind: "link" }, phase.isClosing());
    },

    async client(c: Context<AppEnv>): Promise<Response> {
      const bearer = bearerToken(c.req.header("authorization"));
      const token = bearer ?? cookie.read(c);
      if (token === undefined) throw new Refusal("unauthenticated");
      if (bearer === undefined && pageOrigin(c.req.raw, ownOrigins) !== "own")
        throw new Refusal("cross_site");
      const owner = await check(token);
      if (!owner) throw new Refusal("unauthenticated");
      return upgrade(c, { kind: "client", user: owner.user, sid: owner.sid }, phase.isDraining());
    },
  };
}
