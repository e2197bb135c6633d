import type { WebSocketHandler } from "bun";
import type { Publish } from "../realtime/hub.ts";
import { createPublish, type LinkDeps } from "./link.ts";
import { createUpgradeHandlers, type UpgradeDeps } from "./upgrade.ts";
import { createWebSocketHandlers, type SocketData } from "./websocket.ts";

export interface TransportDeps extends LinkDeps, UpgradeDeps {
  /** Sends text to all sockets that are subscribed to a topic. */
  publish(topic: string, text: string): void;
}

export interface Transport extends Disposable {
  readonly handlers: WebSocketHandler<SocketData>;
  readonly upgrades: ReturnType<typeof createUpgradeHandlers>;
  readonly publish: Publish;
  closeClients(): void;
  closeLinks(): void;
}

/** Composes the two ways to a connection: a client's own socket, and a gateway's link. */
export function createTransport(deps: TransportDeps): Transport {
  const { flushLinks, notePublished, ...sockets } = createWebSocketHandlers(deps);
  return {
    ...sockets,
    upgrades: createUpgradeHandlers(deps),
    publish: createPublish({ publish: deps.publish, flushLinks, notePublished }),
  };
}
