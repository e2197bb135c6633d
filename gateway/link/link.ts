import { CLOSES } from "@parley/contracts/closes";
import { LIMITS } from "@parley/contracts/limits";
import {
  decodeEgress,
  type EgressFrame,
  encodeIngress,
  type IngressFrame,
  LINK_PATH,
  unpackFrames,
} from "@parley/contracts/link";
import { type Secrets, signLinkToken } from "@parley/platform/http/token";
import type { Log } from "@parley/platform/process/log";
import { FrameBatcher } from "@parley/platform/sockets/frame-batcher";
import { createHeartbeat } from "@parley/platform/sockets/heartbeat";
import type { Circuit } from "../proxy/circuit.ts";
import { backOffMs } from "./back-off.ts";

const HANDSHAKE_TIMEOUT_MS = 5_000;
/** A link that lasted this long resets the back-off. */
const STABLE_AFTER_MS = 1_000;
const CLOSE_TIMEOUT_MS = 1_000;
/** Bytes buffered for the server above which frames of browsers are refused. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** Written once until the next link, when the server has refused every secret. */
const LINK_REFUSED = [
  { code: "link_refused", setting: "JWT_SECRET" },
  "the server refuses the link with 401: JWT_SECRET of the gateway and JWT_SECRET of the server differ",
] as const;

/** @returns false where too much is buffered for the server, and the frame was not sent. */
export type SendToServer = (frame: IngressFrame) => boolean;

export interface LinkListener {
  /** A new link is established; `send` is valid until `onDown`. */
  onUp(send: SendToServer): void;
  onFrame(frame: EgressFrame): void;
  onDown(): void;
}

export interface Link extends AsyncDisposable {
  isUp(): boolean;
}

interface LinkDeps {
  readonly serverUrl: string;
  /** Each attempt signs with the next secret, because a server that was not rotated yet knows the previous one only. */
  readonly secrets: Secrets;
  readonly listener: LinkListener;
  /** Is closed by a new link, and opened when the server says that it stops. */
  readonly circuit: Pick<Circuit, "open" | "close">;
  readonly log: Log;
}

/** Keeps a link to the server, and establishes a new one whenever it breaks, until it is disposed of. */
export function createLink(
  deps: LinkDeps,
  { heartbeatMs = LIMITS.heartbeatIntervalMs as number } = {},
): Link {
  const stopping = Promise.withResolvers<void>();
  let isStopped = false;
  let current: WebSocket | null = null;
  let batcher: FrameBatcher | null = null;
  let isUp = false;
  /** Consecutive attempts that the server refused with 401. */
  let refusals = 0;

  async function keepLinked(): Promise<void> {
    for (let attempt = 0; !isStopped; attempt++) {
      await Promise.race([Bun.sleep(backOffMs(attempt)), stopping.promise]);
      if (!isStopped && (await linkOnce(attempt)) > STABLE_AFTER_MS) attempt = -1;
    }
  }

  /** @returns how long the link lasted, in milliseconds. */
  async function linkOnce(attempt: number): Promise<number> {
    const secret = deps.secrets[attempt % deps.secrets.length] ?? deps.secrets[0];
    const authorization = `Bearer ${await signLinkToken(secret)}`;
    const socket = new WebSocket(linkAddress(deps.serverUrl), { headers: { authorization } });
    current = socket;
    const handshake = await waitForHandshake(socket);
    if (handshake !== "open") {
      if (handshake === "refused" && ++refusals === deps.secrets.length)
        deps.log.error(...LINK_REFUSED);
      return 0;
    }
    refusals = 0;
    const start = performance.now();
    using _heartbeat = startHeartbeat(socket, heartbeatMs);
    const closed = new Promise<number>((resolve) =>
      socket.addEventListener("close", ({ code }) => resolve(code)),
    );
    deps.log.info("link to the server established");
    isUp = true;
    deps.circuit.close();
    batcher = new FrameBatcher((message) => socket.send(message));
    deps.listener.onUp(createSend(socket, batcher));
    socket.addEventListener("message", ({ data }) => receive(deps, data));
    const code = await closed;
    isUp = false;
    // A request that met the end of the server would be lost, and nobody would know whether it was done.
    if (code === CLOSES.goingAway.code) deps.circuit.open();
    deps.listener.onDown();
    if (!isStopped) deps.log.warn("link to the server lost");
    return performance.now() - start;
  }

  const running = keepLinked();
  return {
    isUp: () => isUp,
    async [Symbol.asyncDispose]() {
      isStopped = true;
      stopping.resolve();
      batcher?.flush();
      current?.close(1000);
      const timer = setTimeout(() => current?.terminate(), CLOSE_TIMEOUT_MS);
      await running;
      clearTimeout(timer);
    },
  };
}

function linkAddress(serverUrl: string): string {
  return serverUrl.replace(/^http/, "ws") + LINK_PATH;
}

type Handshake = "open" | "refused" | "failed";

/** A handshake that takes longer than {@link HANDSHAKE_TIMEOUT_MS} has failed; one that the server answers with 401 is refused. */
function waitForHandshake(socket: WebSocket): Promise<Handshake> {
  const { promise, resolve } = Promise.withResolvers<Handshake>();
  const timer = setTimeout(() => socket.terminate(), HANDSHAKE_TIMEOUT_MS);
  socket.addEventListener("open", () => resolve("open"));
  // Bun names the status in the message of the error alone.
  socket.addEventListener("error", ({ message }: Event & { message?: string }) =>
    resolve(message?.endsWith("Expected 101 status code: 401") ? "refused" : "failed"),
  );
  socket.addEventListener("close", () => resolve("failed"));
  return promise.finally(() => clearTimeout(timer));
}

/** Terminates a link whose peer answers no ping, because a machine that vanished sends no close. */
function startHeartbeat(socket: WebSocket, intervalMs: number): Disposable {
  const heartbeat = createHeartbeat(intervalMs);
  const peer = { ping: (payload: string) => socket.ping(payload), close: () => socket.terminate() };
  heartbeat.add(peer);
  socket.addEventListener("pong", ({ data }) => heartbeat.onPong(peer, data));
  return heartbeat;
}

function createSend(socket: WebSocket, batcher: FrameBatcher): SendToServer {
  return function send(frame) {
    if (frame.kind === "frame" && socket.bufferedAmount > MAX_BUFFERED_BYTES) return false;
    batcher.add(encodeIngress(frame));
    return true;
  };
}

function receive(deps: LinkDeps, data: unknown): void {
  for (const text of unpackFrames(String(data))) receiveFrame(deps, text);
}

function receiveFrame({ listener, log }: LinkDeps, text: string): void {
  const frame = decodeEgress(text);
  try {
    if (frame) listener.onFrame(frame);
    else log.warn("unknown link frame ignored");
  } catch (error) {
    log.error({ err: error, kind: frame?.kind }, "link frame failed");
  }
}
