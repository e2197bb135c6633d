import { connect, isIP } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { Connection } from "./connection.ts";
import type { Answer } from "./exchange.ts";
import { UnreachableError, UnsendableRequestError } from "./failures.ts";
import { requestHead, type UpstreamRequest } from "./request-head.ts";

/** Milliseconds. */
export interface Timeouts {
  /** How long a connection to the server may take. */
  readonly connect: number;
  /** How long there may be silence while the server is waited for. */
  readonly silence: number;
  /** How long an idle connection is kept, or less where the server says so: we have to be who ends it. */
  readonly kept: number;
}

const TIMEOUTS: Timeouts = { connect: 2_000, silence: 30_000, kept: 50_000 };

export interface Upstream extends Disposable {
  /**
   * Sends a request to the server, once; its answer comes as it is: not redirected, not decompressed.
   * @throws UnsendableRequestError or UnreachableError, and only then has the request never reached the
   * server; BrokenConnectionError, MalformedAnswerError, SilenceError, the signal's reason, or what the
   * request's own body broke with.
   */
  send(request: UpstreamRequest): Promise<Answer>;
}

/** How often in a silence the clocks are checked: that much longer one may last. */
const CHECKS = 10;
const LONGEST_PAUSE = 1_000;

/** Keeps connections to a server, and lets each request have one for itself. */
export function createUpstream(
  serverUrl: string,
  { connect: connectWithin, silence, kept }: Timeouts = TIMEOUTS,
): Upstream {
  const { protocol, hostname, host, port } = new URL(serverUrl);
  const isSecure = protocol === "https:";
  const address = {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (isSecure ? 443 : 80),
  };
  // RFC 6066, 3: an address is no name.
  const serverName = isIP(address.host) ? {} : { servername: address.host };
  const patience = { silence, kept };
  const open = new Set<Connection>();
  /** The one that was used last comes first: so the others grow old, and are closed. */
  const idle: Connection[] = [];
  let isClosed = false;
  let checking: ReturnType<typeof setInterval> | undefined;

  function check(): void {
    for (const connection of open) connection.check(patience);
  }

  function add(connection: Connection): Connection {
    open.add(connection);
    checking ??= setInterval(check, Math.min(silence / CHECKS, LONGEST_PAUSE)).unref();
    return connection;
  }

  function remove(connection: Connection): void {
    open.delete(connection);
    const place = idle.indexOf(connection);
    if (place >= 0) idle.splice(place, 1);
    if (open.size > 0) return;
    clearInterval(checking);
    checking = undefined;
  }

  function connectAnew(): Promise<Connection> {
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
    const socket = isSecure ? connectSecurely({ ...address, ...serverName }) : connect(address);
    const fail = (cause?: unknown) =>
      reject(new UnreachableError(`No connection to ${host}`, { cause }));
    const timer = setTimeout(() => {
      fail("it took too long");
      socket.destroy();
    }, connectWithin);
    socket.on("error", fail);
    socket.once(isSecure ? "secureConnect" : "connect", () => {
      socket.removeListener("error", fail);
      const connection = new Connection(socket, {
        onIdle: () => idle.push(connection),
        onClose: () => remove(connection),
      });
      resolve(add(connection));
    });
    return promise.finally(() => clearTimeout(timer));
  }

  /** One that has not grown too old since the last check. */
  function takeIdle(): Connection | undefined {
    for (let connection = idle.pop(); connection; connection = idle.pop()) {
      connection.check(patience);
      if (!connection.isClosed) return connection;
    }
    return undefined;
  }

  async function sendAnew(head: string, request: UpstreamRequest): Promise<Answer> {
    request.signal.throwIfAborted();
    const connection = await connectAnew();
    if (isClosed) connection.close();
    else if (request.signal.aborted) idle.push(connection);
    request.signal.throwIfAborted();
    return connection.send(head, request);
  }

  return {
    send(request) {
      const head = requestHead(request, host);
      if (head === null) return Promise.reject(new UnsendableRequestError());
      if (isClosed) return Promise.reject(new UnreachableError("The upstream is closed"));
      const connection = request.signal.aborted ? undefined : takeIdle();
      return connection ? connection.send(head, request) : sendAnew(head, request);
    },
    [Symbol.dispose]() {
      isClosed = true;
      for (const connection of open) connection.close();
    },
  };
}
