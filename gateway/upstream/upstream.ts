import { connect, parseServerUrl } from "./connect.ts";
import { Connection, type ConnectionTimeouts } from "./connection.ts";
import { UnreachableError, UnsendableRequestError } from "./errors.ts";
import type { UpstreamResponse } from "./exchange.ts";
import { formatRequestHead, type UpstreamRequest } from "./request-head.ts";

export interface UpstreamTimeouts extends ConnectionTimeouts {
  /** How long it may take to establish a connection. */
  readonly connectMs: number;
}

/**
 * An idle connection is kept for less time than the server keeps it, because a request on a connection
 * that the server is just closing would fail.
 */
const DEFAULT_TIMEOUTS: UpstreamTimeouts = {
  connectMs: 2_000,
  responseMs: 30_000,
  keepAliveMs: 50_000,
};

/** Timeouts are checked this often within `responseMs`, so a timeout may be late by that part. */
const CHECKS_PER_TIMEOUT = 10;
const MAX_CHECK_INTERVAL_MS = 1_000;

export interface Upstream extends Disposable {
  /**
   * Sends a request to the server once, and returns the response as it is: redirects are not followed,
   * and bodies are not decompressed.
   * @throws UnsendableRequestError or UnreachableError where the request has not reached the server;
   * BrokenConnectionError, MalformedResponseError, ResponseTimeoutError, the signal's reason, or the
   * error of the request's own body where it may have.
   */
  send(request: UpstreamRequest): Promise<UpstreamResponse>;
}

/** Creates a pool of connections to a server; each request has a connection of its own. */
export function createUpstream(
  serverUrl: string,
  timeouts: UpstreamTimeouts = DEFAULT_TIMEOUTS,
): Upstream {
  const address = parseServerUrl(serverUrl);
  const checkIntervalMs = Math.min(timeouts.responseMs / CHECKS_PER_TIMEOUT, MAX_CHECK_INTERVAL_MS);
  const open = new Set<Connection>();
  /** A stack: the connection that was used last is used next, so that the others grow old and are closed. */
  const idle: Connection[] = [];
  let isClosed = false;
  let checkTimer: ReturnType<typeof setInterval> | undefined;

  function checkTimeouts(): void {
    for (const connection of open) connection.checkTimeouts(timeouts);
  }

  function add(connection: Connection): void {
    open.add(connection);
    checkTimer ??= setInterval(checkTimeouts, checkIntervalMs).unref();
  }

  function remove(connection: Connection): void {
    open.delete(connection);
    const index = idle.indexOf(connection);
    if (index >= 0) idle.splice(index, 1);
    if (open.size > 0) return;
    clearInterval(checkTimer);
    checkTimer = undefined;
  }

  function openConnection(): Promise<Connection> {
    return connect(address, timeouts.connectMs, (socket) => {
      const connection = new Connection(socket, {
        onIdle: () => idle.push(connection),
        onClose: () => remove(connection),
      });
      add(connection);
      return connection;
    });
  }

  /** Takes an idle connection; one that has expired since the last check is closed. */
  function takeIdle(): Connection | undefined {
    for (let connection = idle.pop(); connection; connection = idle.pop()) {
      connection.checkTimeouts(timeouts);
      if (!connection.isClosed) return connection;
    }
    return undefined;
  }

  async function sendOnNewConnection(
    head: string,
    request: UpstreamRequest,
  ): Promise<UpstreamResponse> {
    request.signal.throwIfAborted();
    const connection = await openConnection();
    if (isClosed) connection.close();
    else if (request.signal.aborted) idle.push(connection);
    request.signal.throwIfAborted();
    return connection.send(head, request);
  }

  return {
    send(request) {
      const head = formatRequestHead(request, address.authority);
      if (head === null) return Promise.reject(new UnsendableRequestError());
      if (isClosed) return Promise.reject(new UnreachableError("The upstream is closed"));
      const connection = request.signal.aborted ? undefined : takeIdle();
      return connection ? connection.send(head, request) : sendOnNewConnection(head, request);
    },
    [Symbol.dispose]() {
      isClosed = true;
      for (const connection of open) connection.close();
    },
  };
}
