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
import { backOff } from "./back-off.ts";

/** A handshake that takes longer has met a server that hangs. */
const CONNECT_MS = 5_000;
/** A link that lived so long was a good one: the next attempt is a first one again. */
const SETTLED_MS = 1_000;
const CLOSE_MS = 1_000;
/** Bytes that may wait for the server before frames of browsers are turned away. */
const WAITING = 16 * 1024 * 1024;

/** @returns false when too much waits for the server already, and the frame was not taken. */
export type SendUp = (frame: IngressFrame) => boolean;

/** What hangs on a link: it is told of each new link, of each frame, and of the link's end. */
export interface LinkEnd {
  /** The link stands; `send` is good until `down`. */
  up(send: SendUp): void;
  receive(frame: EgressFrame): void;
  down(): void;
}

export interface Link extends AsyncDisposable {
  isUp(): boolean;
}

interface LinkDeps {
  readonly serverUrl: string;
  /** A server that was not rotated yet knows the previous one only: each attempt tries the next. */
  readonly secrets: Secrets;
  readonly end: LinkEnd;
  readonly log: Log;
}

/** Holds a link to the server, and links again whenever it breaks, until it is disposed of. */
export function createLink(
  deps: LinkDeps,
  { heartbeat = LIMITS.heartbeatIntervalMs as number } = {},
): Link {
  const stopping = Promise.withResolvers<void>();
  let stopped = false;
  let current: WebSocket | null = null;
  let said: FrameBatcher | null = null;
  let up = false;

  async function keepLinked(): Promise<void> {
    for (let attempt = 0; !stopped; attempt++) {
      await Promise.race([Bun.sleep(backOff(attempt)), stopping.promise]);
      if (!stopped && (await linkOnce(attempt)) > SETTLED_MS) attempt = -1;
    }
  }

  /** @returns how long the link stood, in milliseconds. */
  async function linkOnce(attempt: number): Promise<number> {
    const secret = deps.secrets[attempt % deps.secrets.length] ?? deps.secrets[0];
    const authorization = `Bearer ${await signLinkToken(secret)}`;
    const socket = new WebSocket(linkAddress(deps.serverUrl), { headers: { authorization } });
    current = socket;
    if (!(await opened(socket))) return 0;
    const start = performance.now();
    using _beat = keepAlive(socket, heartbeat);
    const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    deps.log.info("linked to the server");
    up = true;
    said = new FrameBatcher((message) => socket.send(message));
    deps.end.up(sendOver(socket, said));
    socket.addEventListener("message", ({ data }) => handDown(deps, data));
    await closed;
    up = false;
    deps.end.down();
    if (!stopped) deps.log.warn("the link to the server broke");
    return performance.now() - start;
  }

  const running = keepLinked();
  return {
    isUp: () => up,
    async [Symbol.asyncDispose]() {
      stopped = true;
      stopping.resolve();
      said?.flush();
      current?.close(1000);
      const cutOff = setTimeout(() => current?.terminate(), CLOSE_MS);
      await running;
      clearTimeout(cutOff);
    },
  };
}

function linkAddress(serverUrl: string): string {
  return serverUrl.replace(/^http/, "ws") + LINK_PATH;
}

/** Waits for the handshake; a socket that fails is closed, and so is one that takes too long. */
function opened(socket: WebSocket): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const hang = setTimeout(() => socket.terminate(), CONNECT_MS);
  socket.addEventListener("open", () => resolve(true));
  socket.addEventListener("close", () => resolve(false));
  return promise.finally(() => clearTimeout(hang));
}

/** Ends a link whose other side fell silent: a machine that vanished sends no close. */
function keepAlive(socket: WebSocket, interval: number): Disposable {
  const heartbeat = createHeartbeat(interval);
  const pulse = { ping: () => socket.ping(), close: () => socket.terminate() };
  heartbeat.add(pulse);
  socket.addEventListener("pong", () => heartbeat.onPong(pulse));
  return heartbeat;
}

function sendOver(socket: WebSocket, said: FrameBatcher): SendUp {
  return (frame) => {
    if (frame.kind === "frame" && socket.bufferedAmount > WAITING) return false;
    said.add(encodeIngress(frame));
    return true;
  };
}

function handDown(deps: LinkDeps, data: unknown): void {
  for (const text of unpackFrames(String(data))) handFrameDown(deps, text);
}

function handFrameDown({ end, log }: LinkDeps, text: string): void {
  const frame = decodeEgress(text);
  try {
    if (frame) end.receive(frame);
    else log.warn("the server sent a link frame that this version does not know");
  } catch (error) {
    log.error({ err: error, kind: frame?.kind }, "a link frame could not be handled");
  }
}
