import { connect } from "node:net";
import { shared } from "./shared.ts";

/**
 * Tells whether the server takes connections at all. `fetch` says nothing of the connection that it
 * makes, so a request that stays without an answer is doubted, and this is asked.
 * @param within milliseconds that a connection may take.
 */
export function createReachable(serverUrl: string, within: number): () => Promise<boolean> {
  return shared(() => tryConnection(new URL(serverUrl), within));
}

function tryConnection({ protocol, hostname, port }: URL, within: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (protocol === "https:" ? 443 : 80),
  });
  const timer = setTimeout(() => resolve(false), within);
  socket.on("connect", () => resolve(true));
  socket.on("error", () => resolve(false));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}
