import { CLOSES } from "@parley/contracts/closes";
import { ClientFrame, type ServerFrame } from "@parley/contracts/frames";
import { LIMITS } from "@parley/contracts/limits";
import { createFrameQueue } from "@parley/platform/sockets/frame-queue";
import * as v from "valibot";
import { createFrameBudget } from "./frame-budget.ts";
import type { Session } from "./session.ts";

const MAX_BAD_FRAMES = 3;
const BAD_FRAME_WINDOW_MS = 60_000;

export interface ConnectionDeps {
  /** Makes the session known, lets it follow its chats, and calls `greet` before it hears anything. */
  open(session: Session, sendWelcome: () => void): Promise<void>;
  /** Called after the welcome, before any frame is handled. */
  sendSnapshot(session: Session): Promise<void>;
  /** Answers a frame; a promise holds back the frames behind it. */
  handle(session: Session, frame: ClientFrame): Promise<void> | undefined;
  closed(session: Session): void;
  /** Told of every frame that was refused for coming too fast. */
  count(code: "rate_limited"): void;
  fail(error: unknown): void;
}

/** A signed-in connection: whatever its socket receives goes to `receive`, in order. */
export interface Connection {
  receive(text: string): void;
  closed(): void;
}

/** Greets a session, then handles its frames one after the other, however fast they come. */
export function connect(deps: ConnectionDeps, session: Session): Connection {
  const waiting = createFrameQueue();
  let faults: number[] = [];
  const budget = createFrameBudget();
  let ended = false;
  let busy = true;
  void open().catch(fail).then(run);

  async function open(): Promise<void> {
    await deps.open(session, greet);
    if (!ended) await deps.sendSnapshot(session);
  }

  function greet(): void {
    deliver({
      type: "welcome",
      session: session.sid,
      user: session.user,
      heartbeat: LIMITS.heartbeatIntervalMs / 1000,
      serverTime: new Date().toISOString(),
    });
  }

  async function run(): Promise<void> {
    busy = true;
    for (let text = waiting.next(); text !== undefined && !ended; text = waiting.next()) {
      const frame = read(text);
      if (frame && isWithinBudget(frame))
        await Promise.try(deps.handle, session, frame).catch(deps.fail);
    }
    busy = false;
  }

  function read(text: string): ClientFrame | undefined {
    const frame = parse(text);
    if ("type" in frame) return frame;
    if (frame.clientId !== undefined)
      deliver({ type: "reject", clientId: frame.clientId, code: "invalid", detail: frame.detail });
    else fault(frame.detail);
    return undefined;
  }

  function fault(detail: string): void {
    const now = Date.now();
    faults = [...faults.filter((at) => now - at < BAD_FRAME_WINDOW_MS), now];
    deliver({ type: "error", code: "bad_request", detail });
    if (faults.length >= MAX_BAD_FRAMES) session.close(CLOSES.abuse);
  }

  /** Messages have a rate of their own. Coming too fast is no fault until it goes on for long. */
  function isWithinBudget({ type }: ClientFrame): boolean {
    const wait = type === "send" ? 0 : budget.take(type);
    if (wait === 0) return true;
    deps.count("rate_limited");
    const detail = `You send ${type} frames faster than this server takes them.`;
    deliver({ type: "error", code: "rate_limited", detail, retryAfter: Math.ceil(wait) });
    if (budget.take("refused") > 0) session.close(CLOSES.abuse);
    return false;
  }

  /** Too much waits behind a frame that takes its time: a send is handed back, what else there is can be asked again. */
  function rejectOverloaded(text: string): void {
    const frame = parse(text);
    const overloaded = { code: "overloaded", detail: "Too many frames wait already." } as const;
    const clientId = "clientId" in frame ? frame.clientId : undefined;
    if (clientId === undefined) deliver({ type: "error", ...overloaded });
    else deliver({ type: "reject", clientId, ...overloaded, retryAfter: 1 });
  }

  function fail(error: unknown): void {
    deps.fail(error);
    session.close(CLOSES.unavailable);
  }

  function deliver(frame: ServerFrame): void {
    if (!ended) session.deliver(JSON.stringify(frame));
  }

  return {
    receive(text) {
      if (ended) return;
      if (!waiting.keep(text)) rejectOverloaded(text);
      else if (!busy) void run();
    },
    closed() {
      if (ended) return;
      ended = true;
      waiting.clear();
      deps.closed(session);
    },
  };
}

/** Why a frame was not understood; with the `clientId` of a `send` that was readable but wrong. */
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
