import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { UnreachableError } from "./errors.ts";

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** Host and port as in the `Host` header. */
  readonly authority: string;
}

export function parseServerUrl(serverUrl: string): ServerAddress {
  const { protocol, hostname, host: authority, port } = new URL(serverUrl);
  const isSecure = protocol === "https:";
  const host = hostname.replace(/^\[|\]$/g, "");
  return { host, port: Number(port) || (isSecure ? 443 : 80), isSecure, authority };
}

/**
 * Opens a connection to the server.
 * @param onConnected is called at once with the connected socket, before any event of the socket is missed.
 * @throws UnreachableError where no connection is established within `timeoutMs`.
 */
export function connect<T>(
  { host, port, isSecure, authority }: ServerAddress,
  timeoutMs: number,
  onConnected: (socket: Socket) => T,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  // An IP address is no server name (RFC 6066, 3).
  const serverName = isIP(host) ? {} : { servername: host };
  const socket = isSecure ? connectTls({ host, port, ...serverName }) : connectTcp({ host, port });
  const fail = (cause?: unknown) =>
    reject(new UnreachableError(`No connection to ${authority}`, { cause }));
  const timer = setTimeout(() => {
    fail("timeout");
    socket.destroy();
  }, timeoutMs);
  socket.on("error", fail);
  socket.once(isSecure ? "secureConnect" : "connect", () => {
    socket.removeListener("error", fail);
    resolve(onConnected(socket));
  });
  return promise.finally(() => clearTimeout(timer));
}
