import { CLOSES } from "@parley/contracts/closes";
import { ClientFrame, type ServerFrame } from "@parley/contracts/frames";
import { LIMITS } from "@parley/contracts/limits";
import { TokenBuckets } from "@parley/platform/async/token-bucket";
import { FrameQueue } from "@parley/platform/sockets/frame-queue";
import * as v from "valibot";
import type { ServerConnection } from "./server-connection.ts";

const MAX_BAD_FRAMES = 3;
const BAD_FRAME_WINDOW_MS = 60_000;

export interface ConnectionDeps {
  /** Registers the connection, calls `sendWelcome`, and lets the connection follow its chats. */
  open(connection: ServerConnection, sendWelcome: () => void): Promise<void>;
  /** Sends who is online; called after the welcome and before any frame is handled. */
  sendSnapshot(connection: ServerConnection): Promise<void>;
  /** Handles a frame; the frames behind it wait for a promise that is returned. */
  handle(connection: ServerConnection, frame: ClientFrame): Promise<void> | undefined;
  closed(connection: ServerConnection): void;
  /** Counts each frame that was refused because of the rate limit. */
  count(code: "rate_limited"): void;
  fail(error: unknown): void;
  /** Returns monotonic milliseconds, by which the rates of frames are counted; by default the process's. */
  now?: (() => number) | undefined;
}

/** The receiving end of an open connection; its socket hands over every message, in order. */
export interface ConnectionReceiver {
  receive(text: string): void;
  closed(): void;
}

/** Sends the welcome, then handles the frames of a connection one after the other. */
export function connect(deps: ConnectionDeps, connection: ServerConnection): ConnectionReceiver {
  const queue = new FrameQueue();
  let badFramesAt: number[] = [];
  const budget = new TokenBuckets(LIMITS.frameRates, deps.now);
  let isClosed = false;
  let isRunning = true;
  void open().catch(fail).then(run);

  async function open(): Promise<void> {
    await deps.open(connection, sendWelcome);
    if (!isClosed) await deps.sendSnapshot(connection);
  }

  function sendWelcome(): void {
    deliver({
      type: "welcome",
      session: connection.sid,
      user: connection.user,
      heartbeat: LIMITS.heartbeatIntervalMs / 1000,
      serverTime: new Date().toISOString(),
    });
  }

  async function run(): Promise<void> {
    isRunning = true;
    for (let text = queue.shift(); text !== undefined && !isClosed; text = queue.shift()) {
      const frame = read(text);
      if (frame && isWithinBudget(frame))
        await Promise.try(deps.handle, connection, frame).catch(deps.fail);
    }
    isRunning = false;
  }

  function read(text: string): ClientFrame | undefined {
    const frame = parse(text);
    if ("type" in frame) return frame;
    if (frame.clientId !== undefined)
      deliver({ type: "reject", clientId: frame.clientId, code: "invalid", detail: frame.detail });
    else refuseBadFrame(frame.detail);
    return undefined;
  }

  function refuseBadFrame(detail: string): void {
    const now = Date.now();
    badFramesAt = [...badFramesAt.filter((at) => now - at < BAD_FRAME_WINDOW_MS), now];
    deliver({ type: "error", code: "bad_request", detail });
    if (badFramesAt.length >= MAX_BAD_FRAMES) connection.close(CLOSES.abuse);
  }

  /** `send` frames have the message rate instead. Only a client that keeps exceeding its budget is closed. */
  function isWithinBudget({ type }: ClientFrame): boolean {
    const wait = type === "send" ? 0 : budget.take(type);
    if (wait === 0) return true;
    deps.count("rate_limited");
    const detail = `This connection sends ${type} frames too fast.`;
    deliver({ type: "error", code: "rate_limited", detail, retryAfter: Math.ceil(wait) });
    if (budget.take("refused") > 0) connection.close(CLOSES.abuse);
    return false;
  }

  /** Refuses a frame that the queue has no room for; a `send` gets a `reject`, so that its client tries again. */
  function rejectOverloaded(text: string): void {
    const frame = parse(text);
    const overloaded = { code: "overloaded", detail: "Too many frames are waiting." } as const;
    const clientId = "clientId" in frame ? frame.clientId : undefined;
    if (clientId === undefined) deliver({ type: "error", ...overloaded });
    else deliver({ type: "reject", clientId, ...overloaded, retryAfter: 1 });
  }

  function fail(error: unknown): void {
    deps.fail(error);
    connection.close(CLOSES.unavailable);
  }

  function deliver(frame: ServerFrame): void {
    if (!isClosed) connection.deliver(JSON.stringify(frame));
  }

  return {
    receive(text) {
      if (isClosed) return;
      if (queue.push(text) !== "queued") rejectOverloaded(text);
      else if (!isRunning) void run();
    },
    closed() {
      if (isClosed) return;
      isClosed = true;
      queue.clear();
      deps.closed(connection);
    },
  };
}

/** Why a frame is invalid; with the `clientId` where the frame is a `send`, so that the client learns which. */
interface ParseFailure {
  detail: string;
  clientId?: string;
}

function parse(text: string): ClientFrame | ParseFailure {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { detail: "The frame is not JSON." };
  }
  const result = v.safeParse(ClientFrame, value, { abortPipeEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const detail = `${v.getDotPath(issue) ?? "The frame"}: ${issue.message}`;
  return isSend(value) ? { detail, clientId: value.clientId } : { detail };
}

function isSend(value: unknown): value is { clientId: string } {
  const { type, clientId } = (value ?? {}) as Record<string, unknown>;
  return type === "send" && typeof clientId === "string" && clientId.length <= 64;
}
