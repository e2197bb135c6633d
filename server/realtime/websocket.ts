import { CLOSES } from "@parley/contracts/closes";
import { SUBPROTOCOL } from "@parley/contracts/frames";
import { LIMITS } from "@parley/contracts/limits";
import { LINK_PATH } from "@parley/contracts/link";
import { createHeartbeat } from "@parley/platform/heartbeat";
import { problemResponse, Refusal } from "@parley/platform/problem";
import { bearerToken, verifyLinkToken } from "@parley/platform/token";
import type { Server, ServerWebSocket, WebSocketHandler } from "bun";
import { Link, type LinkDeps, type LinkSocketData } from "./link.ts";
import { type ClientSocketData, SocketSession } from "./socket-session.ts";

export type SocketData = ClientSocketData | LinkSocketData;

/** Where programs that come straight to the server connect. */
const SOCKET_PATH = "/service/ws";
/** A link carries many sessions' frames: it may hold what all of their readers together wait for. */
const LINK_BACKPRESSURE = 256 * LIMITS.waiting;

export interface WebSocketDeps extends LinkDeps {
  secret: string;
  /** Whether a request's `Origin`, if it has one, may use the cookie. */
  isOwnOrigin(request: Request): boolean;
  /** The token of the cookie `token`. */
  cookieToken(request: Request): string | undefined;
}

/** The WebSocket half of the server: the upgrades of both kinds of socket, and Bun's handlers for them. */
export function createWebSocket(deps: WebSocketDeps) {
  const heartbeat = createHeartbeat<ServerWebSocket<SocketData>>();
  const clients = new Set<ServerWebSocket<SocketData>>();

  const handlers: WebSocketHandler<SocketData> = {
    perMessageDeflate: false,
    maxPayloadLength: 16 * LIMITS.frame,
    // A heartbeat of our own finds the dead: Bun's would also count what is sent to them.
    idleTimeout: 0,
    sendPings: false,
    backpressureLimit: LINK_BACKPRESSURE,
    closeOnBackpressureLimit: true,
    open(socket) {
      heartbeat.add(socket);
      if (isLink(socket)) socket.data.link = new Link(deps, socket);
      else if (isClient(socket)) {
        clients.add(socket);
        socket.data.connection = deps.connect(new SocketSession(socket));
      }
    },
    message(socket, message) {
      const { data } = socket;
      if (typeof message !== "string") return socket.close(CLOSES.abuse.code, "frames are text");
      if (data.kind === "link") return data.link?.receive(message);
      if (Buffer.byteLength(message) > LIMITS.frame)
        return socket.close(CLOSES.tooBig.code, CLOSES.tooBig.reason);
      data.connection?.receive(message);
    },
    pong: heartbeat.heard,
    close(socket) {
      heartbeat.remove(socket);
      clients.delete(socket);
      if (socket.data.kind === "link") socket.data.link?.closed();
      else socket.data.connection?.closed();
    },
  };

  /** @returns the answer to a request for a socket; undefined when it was upgraded; null when it is not for one. */
  async function upgrade(
    request: Request,
    server: Server<SocketData>,
  ): Promise<Response | undefined | null> {
    const { pathname } = new URL(request.url);
    if (pathname !== SOCKET_PATH && pathname !== LINK_PATH) return null;
    try {
      const data = await (pathname === LINK_PATH ? linkData(request) : clientData(request));
      if (server.upgrade(request, { data, headers: subprotocol(request) })) return undefined;
      throw new Refusal("upgrade_required");
    } catch (error) {
      if (error instanceof Refusal) return problemResponse(error);
      throw error;
    }
  }

  async function linkData(request: Request): Promise<SocketData> {
    const token = bearerToken(request.headers.get("authorization"));
    if (!token || !(await verifyLinkToken(token, deps.secret)))
      throw new Refusal("unauthenticated");
    return { kind: "link" };
  }

  async function clientData(request: Request): Promise<SocketData> {
    const header = bearerToken(request.headers.get("authorization"));
    const token = header ?? deps.cookieToken(request);
    if (token === undefined) throw new Refusal("unauthenticated");
    if (header === undefined && !deps.isOwnOrigin(request)) throw new Refusal("cross_site");
    const owner = await deps.check(token);
    if (!owner) throw new Refusal("unauthenticated");
    return { kind: "client", user: owner.user, sid: owner.sid };
  }

  return {
    handlers,
    upgrade,
    /** Sends away whoever is here directly (1001). A gateway keeps its browsers, and links to the next server. */
    closeClients(): void {
      for (const socket of clients) socket.close(CLOSES.goingAway.code, CLOSES.goingAway.reason);
    },
    [Symbol.dispose]: () => heartbeat[Symbol.dispose](),
  };
}

function subprotocol(request: Request): Record<string, string> {
  const offered = request.headers.get("sec-websocket-protocol")?.split(",") ?? [];
  const known = offered.some((name) => name.trim() === SUBPROTOCOL);
  return known ? { "sec-websocket-protocol": SUBPROTOCOL } : {};
}

function isLink(socket: ServerWebSocket<SocketData>): socket is ServerWebSocket<LinkSocketData> {
  return socket.data.kind === "link";
}

function isClient(
  socket: ServerWebSocket<SocketData>,
): socket is ServerWebSocket<ClientSocketData> {
  return socket.data.kind === "client";
}
