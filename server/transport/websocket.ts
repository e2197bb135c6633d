import { CLOSES } from "@parley/contracts/closes";
import { LIMITS } from "@parley/contracts/limits";
import { createHeartbeat } from "@parley/platform/sockets/heartbeat";
import { createSlowReaderSweep } from "@parley/platform/sockets/slow-reader-sweep";
import type { ServerWebSocket, WebSocketHandler } from "bun";
import { Link, type LinkDeps, type LinkSocketData } from "./link.ts";
import { type ClientSocketData, SocketConnection } from "./socket-connection.ts";

export type SocketData = ClientSocketData | LinkSocketData;

/** A link buffers the frames of many connections; a client's own socket is closed with 4429 long before. */
const MAX_BUFFERED_BYTES = LIMITS.backlog.allBytes;
/** Stands for a binary message, which is refused like any malformed frame. */
const MALFORMED_FRAME = "";

/** Creates Bun's handlers for both kinds of socket: a client's own, and a gateway's link. */
export function createWebSocketHandlers(deps: LinkDeps) {
  const heartbeat = createHeartbeat<ServerWebSocket<SocketData>>();
  const clients = new Map<ServerWebSocket<SocketData>, SocketConnection>();
  const slowReaders = createSlowReaderSweep(clients);
  const links = new Map<ServerWebSocket<LinkSocketData>, Link>();

  function openLink(socket: ServerWebSocket<LinkSocketData>): void {
    const link = new Link(deps, socket);
    links.set(socket, link);
    socket.data.link = link;
  }

  function openClient(socket: ServerWebSocket<ClientSocketData>): void {
    const connection = new SocketConnection(socket, slowReaders.noteSent);
    clients.set(socket, connection);
    socket.data.receiver = deps.connect(connection);
  }

  function receive(socket: ServerWebSocket<ClientSocketData>, message: string | Buffer): void {
    if (typeof message !== "string") socket.data.receiver?.receive(MALFORMED_FRAME);
    else if (Buffer.byteLength(message) > LIMITS.maxFrameBytes)
      socket.close(CLOSES.tooBig.code, CLOSES.tooBig.reason);
    else socket.data.receiver?.receive(message);
  }

  const handlers: WebSocketHandler<SocketData> = {
    perMessageDeflate: false,
    maxPayloadLength: 16 * LIMITS.maxFrameBytes,
    // Bun's idle timeout would count sent data as activity; our own heartbeat finds dead peers.
    idleTimeout: 0,
    sendPings: false,
    backpressureLimit: MAX_BUFFERED_BYTES,
    closeOnBackpressureLimit: true,
    open(socket) {
      heartbeat.add(socket);
      if (isLink(socket)) openLink(socket);
      else if (isClient(socket)) openClient(socket);
    },
    message(socket, message) {
      if (isClient(socket)) receive(socket, message);
      else if (isLink(socket)) socket.data.link?.receive(String(message));
    },
    drain(socket) {
      const connection = clients.get(socket);
      if (!connection) return;
      connection.drained();
      slowReaders.noteDrained(connection);
    },
    pong: heartbeat.onPong,
    close(socket) {
      heartbeat.remove(socket);
      clients.get(socket)?.closed();
      clients.delete(socket);
      if (isClient(socket)) socket.data.receiver?.closed();
      else if (isLink(socket)) {
        links.delete(socket);
        socket.data.link?.closed();
      }
    },
  };

  return {
    handlers,

    /** Sends the batched frames of all links, so that a frame that is published next does not overtake them. */
    flushLinks(): void {
      for (const link of links.values()) link.flush();
    },

    /** Counts what is published to clients' own sockets. */
    notePublished: (characters: number) => slowReaders.noteSent(characters, clients.size),

    /** Closes the sockets of clients that are connected without a gateway (1001). */
    closeClients(): void {
      for (const connection of clients.values()) connection.close(CLOSES.goingAway);
    },

    /** Closes the links; each gateway keeps its browsers' sockets and opens a link to the next server. */
    closeLinks(): void {
      const { code, reason } = CLOSES.goingAway;
      for (const [socket, link] of links) {
        link.flush();
        socket.close(code, reason);
      }
    },

    [Symbol.dispose](): void {
      heartbeat[Symbol.dispose]();
      slowReaders[Symbol.dispose]();
    },
  };
}

function isLink(socket: ServerWebSocket<SocketData>): socket is ServerWebSocket<LinkSocketData> {
  return socket.data.kind === "link";
}

function isClient(
  socket: ServerWebSocket<SocketData>,
): socket is ServerWebSocket<ClientSocketData> {
  return socket.data.kind === "client";
}
