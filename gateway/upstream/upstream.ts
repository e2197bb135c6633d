import { connect } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { Connection } from "./connection.ts";
import type { Answer } from "./exchange.ts";
import { UnreachableError } from "./failures.ts";
import type { UpstreamRequest } from "./request-head.ts";

/** Milliseconds. */
export interface Timeouts {
  /** How long a connection to the server may take. */
  readonly connect: number;
  /** How long there may be silence while the server is waited for. */
  readonly silence: number;
  /** How long an idle connection is kept: less than any server keeps it, so that we end it first. */
  readonly kept?: number;
}

/**
 * Sends a request to the server, once; its answer comes as it is: not redirected, not decompressed.
 * @throws UnreachableError, and only then has the request never reached the server; BrokenConnectionError,
 * MalformedAnswerError, SilenceError, the signal's reason, or what the request's own body broke with.
 */
export type Upstream = (request: UpstreamRequest) => Promise<Answer>;

const KEPT = 50_000;
/** How often in a silence the clocks are looked at: that much longer one may last. */
const LOOKS = 10;
const LONGEST_LOOK = 1_000;

/** Keeps connections to a server, and lets each request have one for itself. */
export function createUpstream(
  serverUrl: string,
  { connect: connectWithin, silence, kept = KEPT }: Timeouts,
): Upstream {
  const { protocol, hostname, host, port } = new URL(serverUrl);
  const isSecure = protocol === "https:";
  const address = {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (isSecure ? 443 : 80),
  };
  const patience = { silence, kept };
  const open = new Set<Connection>();
  /** The one that was used last comes first: so the others grow old, and are closed. */
  const idle: Connection[] = [];
  let looking: ReturnType<typeof setInterval> | undefined;

  function look(): void {
    for (const connection of open) connection.look(patience);
  }

  function add(connection: Connection): Connection {
    open.add(connection);
    looking ??= setInterval(look, Math.min(silence / LOOKS, LONGEST_LOOK)).unref();
    return connection;
  }

  function remove(connection: Connection): void {
    open.delete(connection);
    const place = idle.indexOf(connection);
    if (place >= 0) idle.splice(place, 1);
    if (open.size > 0) return;
    clearInterval(looking);
    looking = undefined;
  }

  function connectAnew(): Promise<Connection> {
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
    const socket = isSecure
      ? connectSecurely({ ...address, servername: address.host })
      : connect(address);
    const fail = (cause?: unknown) =>
      reject(new UnreachableError(`No connection to ${host}`, { cause }));
    const timer = setTimeout(() => {
      fail("it took too long");
      socket.destroy();
    }, connectWithin);
    socket.once("error", fail);
    socket.once(isSecure ? "secureConnect" : "connect", () => {
      socket.removeListener("error", fail);
      const connection = new Connection(socket, host, {
        onIdle: () => idle.push(connection),
        onClose: () => remove(connection),
      });
      resolve(add(connection));
    });
    return promise.finally(() => clearTimeout(timer));
  }

  async function sendAnew(request: UpstreamRequest): Promise<Answer> {
    request.signal.throwIfAborted();
    const connection = await connectAnew();
    if (!request.signal.aborted) return connection.send(request);
    idle.push(connection);
    throw request.signal.reason;
  }

  /** One that has not grown too old since somebody looked. */
  function takeIdle(): Connection | undefined {
    for (let connection = idle.pop(); connection; connection = idle.pop()) {
      connection.look(patience);
      if (!connection.isClosed) return connection;
    }
    return undefined;
  }

  return function send(request) {
    const connection = request.signal.aborted ? undefined : takeIdle();
    return connection ? connection.send(request) : sendAnew(request);
  };
}
