import type { ClientFrame } from "@parley/contracts/frames";
import { isRecord } from "../api/read-problem.ts";
import { afterClose, backoff } from "./reconnect.ts";

/** `lost`: it was there, or was tried, and will be tried again; `stopped`: it won't by itself. */
export type ConnectionState = "connecting" | "open" | "lost" | "stopped";

/** Whether the session still stands, as `POST /session` tells. */
export type Renewal = "renewed" | "signed_out" | "unreachable";

export interface SocketDeps {
  open: () => WebSocket;
  renew: () => Promise<Renewal>;
  random: () => number;
  /** Milliseconds, never going back. */
  now: () => number;
}

/** A frame as it came: whoever uses it parses it, for this may run where no schema is loaded. */
export type RawFrame = Readonly<Record<string, unknown>>;

export interface SocketHandlers {
  onFrame: (frame: RawFrame) => void;
  onState: (state: ConnectionState) => void;
  onSignedOut: () => void;
}

export interface Socket {
  /** @returns false when there is no connection: nothing was sent. */
  send: (frame: ClientFrame) => boolean;
  /** Connects at once, whatever pause is on its way. */
  connect: () => void;
  /** The network is said to be gone: start anew instead of waiting for a timeout. */
  markLost: () => void;
  /** Finds out soon whether the other side is still there. */
  checkAlive: () => void;
  /** Lets go of the connection until `connect` is called. */
  disconnect: () => void;
  close: () => void;
}

type Phase =
  | { kind: "idle" }
  | { kind: "connecting"; socket: WebSocket }
  | { kind: "open"; socket: WebSocket }
  | { kind: "waiting"; timer: ReturnType<typeof setTimeout> }
  | { kind: "closed" };

/** A silence after which the other side is asked, and one after which it is given up. */
const ASK_AFTER = 35_000;
const GIVE_UP_AFTER = 45_000;
const PROBE_PATIENCE = 4_000;
const WATCH_EVERY = 5_000;

/** One WebSocket at a time that comes back by itself; it counts as open from `welcome` on. */
export function createSocket(deps: SocketDeps, handlers: SocketHandlers): Socket {
  let phase: Phase = { kind: "idle" };
  let attempt = 0;
  let lastHeard = 0;
  const watch = setInterval(checkSilence, WATCH_EVERY);

  function connect(): void {
    if (phase.kind !== "idle" && phase.kind !== "waiting") return;
    if (phase.kind === "waiting") clearTimeout(phase.timer);
    const socket = deps.open();
    phase = { kind: "connecting", socket };
    lastHeard = deps.now();
    socket.onmessage = ({ data }) => hear(socket, data);
    socket.onclose = ({ code, reason }) => closed(socket, { code, reason });
  }

  function hear(socket: WebSocket, data: unknown): void {
    if (!isCurrent(socket)) return;
    lastHeard = deps.now();
    const frame = read(data);
    if (!frame) return;
    if (frame["type"] === "welcome" && phase.kind === "connecting") {
      phase = { kind: "open", socket };
      attempt = 0;
      handlers.onState("open");
    }
    handlers.onFrame(frame);
  }

  function closed(socket: WebSocket, close: { code: number; reason: string }): void {
    if (!isCurrent(socket)) return;
    const refused = phase.kind === "connecting";
    phase = { kind: "idle" };
    const next = afterClose(close, attempt, deps.random);
    handlers.onState(next.kind === "stop" ? "stopped" : "lost");
    if (next.kind === "stop") return;
    // A browser does not tell a 401 to the upgrade from any other failure: ask over HTTP.
    if (next.kind === "sign_in" || (refused && attempt % 3 === 1)) void confirmSession();
    else wait(next.after);
  }

  async function confirmSession(): Promise<void> {
    const renewal = await deps.renew();
    if (phase.kind !== "idle") return;
    if (renewal === "signed_out") handlers.onSignedOut();
    else wait(backoff(attempt, deps.random));
  }

  function wait(ms: number): void {
    attempt++;
    phase = { kind: "waiting", timer: setTimeout(connect, ms) };
  }

  function send(frame: ClientFrame): boolean {
    if (phase.kind !== "open") return false;
    phase.socket.send(JSON.stringify(frame));
    return true;
  }

  function markLost(): void {
    if (phase.kind !== "connecting" && phase.kind !== "open") return;
    const { socket } = phase;
    closed(socket, { code: 1006, reason: "" });
    socket.close();
  }

  function checkAlive(): void {
    if (!send({ type: "ping", id: "probe" })) {
      connect();
      return;
    }
    const asked = deps.now();
    setTimeout(() => {
      if (lastHeard < asked) markLost();
    }, PROBE_PATIENCE);
  }

  function checkSilence(): void {
    const silence = deps.now() - lastHeard;
    if (silence > GIVE_UP_AFTER) markLost();
    else if (silence > ASK_AFTER) send({ type: "ping", id: "watch" });
  }

  function disconnect(): void {
    const last = phase;
    phase = { kind: "idle" };
    if (last.kind === "waiting") clearTimeout(last.timer);
    if (last.kind === "connecting" || last.kind === "open") last.socket.close(1000);
  }

  function close(): void {
    clearInterval(watch);
    disconnect();
    phase = { kind: "closed" };
  }

  const isCurrent = (socket: WebSocket) => "socket" in phase && phase.socket === socket;

  return { send, connect, markLost, checkAlive, disconnect, close };
}

function read(data: unknown): RawFrame | null {
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
