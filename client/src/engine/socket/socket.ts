import type { ClientFrame } from "@parley/contracts/frames";
import { isRecord } from "../api/read-problem.ts";
import { afterClose, backoff } from "./reconnect.ts";

/**
 * `lost`: the socket reconnects by itself; `refused`: so it does, but several handshakes in a row were
 * refused or got no answer; `stopped`: it waits for `connect`.
 */
export type ConnectionState = "connecting" | "open" | "lost" | "refused" | "stopped";

/** The answer of `POST /session`: whether the sign-in is still valid. */
export type Renewal = "renewed" | "signed_out" | "unreachable";

export interface SocketDeps {
  open: () => WebSocket;
  renew: () => Promise<Renewal>;
  random: () => number;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

/** A frame before it is parsed, which happens in the tab: the shared worker loads no schemas. */
export type RawFrame = Readonly<Record<string, unknown>>;

export interface SocketHandlers {
  onFrame: (frame: RawFrame) => void;
  onState: (state: ConnectionState) => void;
  onSignedOut: () => void;
}

export interface Socket {
  /** @returns false if there is no open connection, so that the frame was not sent. */
  send: (frame: ClientFrame) => boolean;
  /** Connects at once, without waiting for the back-off. */
  connect: () => void;
  /** Gives up the connection and reconnects: the network is reported as gone. */
  markLost: () => void;
  /** Connects if there is no connection, else gives it up unless a `pong` arrives soon. */
  checkAlive: () => void;
  /** Closes the connection until `connect` is called. */
  disconnect: () => void;
  /** Reconnects slowly while nobody sees the page, and at once when somebody does. */
  setVisible: (isVisible: boolean) => void;
  close: () => void;
}

type Timer = ReturnType<typeof setTimeout>;

type Phase =
  | { kind: "idle" }
  | { kind: "connecting"; socket: WebSocket; timer: Timer }
  | { kind: "open"; socket: WebSocket }
  | { kind: "waiting"; timer: Timer }
  | { kind: "closed" };

/** From `new WebSocket` to the `welcome` frame. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** After this many refused handshakes in a row, the connection counts as `refused`. */
const MAX_REFUSALS = 3;
/** Added to the back-off between two attempts while the page is hidden. */
const HIDDEN_RETRY_INTERVAL_MS = 30_000;
/** After this silence the socket sends a `ping`. */
const PING_AFTER_MS = 35_000;
/** After this silence the socket gives the connection up. */
const SILENCE_TIMEOUT_MS = 45_000;
const PONG_TIMEOUT_MS = 4_000;
const SILENCE_CHECK_INTERVAL_MS = 5_000;

/** A WebSocket that reconnects by itself. It counts as open from the `welcome` frame on. */
export function createSocket(deps: SocketDeps, handlers: SocketHandlers): Socket {
  let phase: Phase = { kind: "idle" };
  let attempt = 0;
  let refusals = 0;
  let lastFrameAt = 0;
  let isVisible = true;
  const watch = setInterval(checkSilence, SILENCE_CHECK_INTERVAL_MS);

  function connect(): void {
    if (phase.kind !== "idle" && phase.kind !== "waiting") return;
    clearTimer();
    const socket = deps.open();
    phase = { kind: "connecting", socket, timer: setTimeout(markLost, HANDSHAKE_TIMEOUT_MS) };
    lastFrameAt = deps.now();
    // A refused handshake closes the socket before it is open.
    refusals++;
    socket.onopen = () => {
      refusals = 0;
    };
    socket.onmessage = ({ data }) => onMessage(socket, data);
    socket.onclose = ({ code, reason }) => onClose(socket, { code, reason });
  }

  function onMessage(socket: WebSocket, data: unknown): void {
    if (!isCurrent(socket)) return;
    lastFrameAt = deps.now();
    const frame = parseFrame(data);
    if (!frame) return;
    if (frame["type"] === "welcome" && phase.kind === "connecting") {
      clearTimer();
      phase = { kind: "open", socket };
      attempt = 0;
      handlers.onState("open");
    }
    handlers.onFrame(frame);
  }

  function onClose(socket: WebSocket, close: { code: number; reason: string }): void {
    if (!isCurrent(socket)) return;
    const wasConnecting = phase.kind === "connecting";
    clearTimer();
    phase = { kind: "idle" };
    const next = afterClose(close, attempt, deps.random);
    const whileLost = refusals >= MAX_REFUSALS ? "refused" : "lost";
    handlers.onState(next.kind === "stop" ? "stopped" : whileLost);
    if (next.kind === "stop") return;
    // A browser does not report the status of a refused upgrade, so that a 401 is found out over HTTP.
    const mayBeSignedOut = wasConnecting && attempt % 3 === 1;
    if (next.kind === "sign_in" || mayBeSignedOut) void confirmSession();
    else reconnectIn(next.after);
  }

  async function confirmSession(): Promise<void> {
    const renewal = await deps.renew();
    if (phase.kind !== "idle") return;
    if (renewal === "signed_out") handlers.onSignedOut();
    else reconnectIn(backoff(attempt, deps.random));
  }

  /** @param ms the back-off. The first attempt after a lost connection is the same in a hidden page. */
  function reconnectIn(ms: number): void {
    const extra = isVisible || attempt === 0 ? 0 : HIDDEN_RETRY_INTERVAL_MS;
    attempt++;
    phase = { kind: "waiting", timer: setTimeout(connect, ms + extra) };
  }

  function setVisible(now: boolean): void {
    const appeared = now && !isVisible;
    isVisible = now;
    if (appeared && phase.kind === "waiting") connect();
  }

  function send(frame: ClientFrame): boolean {
    if (phase.kind !== "open") return false;
    phase.socket.send(JSON.stringify(frame));
    return true;
  }

  function markLost(): void {
    if (phase.kind !== "connecting" && phase.kind !== "open") return;
    const { socket } = phase;
    onClose(socket, { code: 1006, reason: "" });
    socket.close();
  }

  function checkAlive(): void {
    if (!send({ type: "ping", id: "probe" })) {
      connect();
      return;
    }
    const sentAt = deps.now();
    setTimeout(() => {
      if (lastFrameAt < sentAt) markLost();
    }, PONG_TIMEOUT_MS);
  }

  function checkSilence(): void {
    const silence = deps.now() - lastFrameAt;
    if (silence > SILENCE_TIMEOUT_MS) markLost();
    else if (silence > PING_AFTER_MS) send({ type: "ping", id: "watch" });
  }

  function disconnect(): void {
    const last = phase;
    clearTimer();
    phase = { kind: "idle" };
    if (last.kind === "connecting" || last.kind === "open") last.socket.close(1000);
  }

  function close(): void {
    clearInterval(watch);
    disconnect();
    phase = { kind: "closed" };
  }

  function clearTimer(): void {
    if ("timer" in phase) clearTimeout(phase.timer);
  }

  const isCurrent = (socket: WebSocket) => "socket" in phase && phase.socket === socket;

  return { send, connect, markLost, checkAlive, disconnect, setVisible, close };
}

function parseFrame(data: unknown): RawFrame | null {
  if (typeof data !== "string") return null;
  const frame = parseJson(data);
  return isRecord(frame) ? frame : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
