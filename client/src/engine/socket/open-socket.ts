import { SUBPROTOCOL } from "@parley/contracts/subprotocol";

/** Opens the gateway's WebSocket, from a page or from a worker. */
export function openSocket(): WebSocket {
  const url = new URL("/ws", globalThis.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(url, SUBPROTOCOL);
}
