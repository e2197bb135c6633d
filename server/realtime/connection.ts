import { CLOSES } from "@parley/contracts/closes";
import type { ErrorCode } from "@parley/contracts/errors";
import { ClientFrame, type ServerFrame } from "@parley/contracts/frames";
import { LIMITS } from "@parley/contracts/limits";
import * as v from "valibot";
import type { Session } from "./session.ts";

/** Frames of one connection that may wait behind one that is being handled. */
const MAX_WAITING = 1_024;
const MAX_FAULTS = 3;
const FAULT_WINDOW = 60_000;

export interface ConnectionDeps {
  /** Makes the session known, and lets it follow its chats. */
  open(session: Session): Promise<void>;
  /** Called after the welcome, before any frame is handled. */
  greeted(session: Session): Promise<void>;
  /** Answers a frame; a promise holds back the frames behind it. */
  handle(session: Session, frame: ClientFrame): Promise<void> | undefined;
  closed(session: Session): void;
  fail(error: unknown): void;
}

/** A signed-in connection: whatever its socket receives goes to `receive`, in order. */
export interface Connection {
  receive(text: string): void;
  closed(): void;
}

/** Greets a session, then handles its frames one after the other, however fast they come. */
export function connect(deps: ConnectionDeps, session: Session): Connection {
  const waiting: string[] = [];
  let faults: number[] = [];
  let ended = false;
  let busy = true;
  void deps.open(session).then(greet).catch(fail).then(run);

  async function greet(): Promise<void> {
    if (ended) return;
    deliver({
      type: "welcome",
      session: session.sid,
      user: session.user,
      heartbeat: LIMITS.heartbeat / 1000,
      serverTime: new Date().toISOString(),
    });
    await deps.greeted(session);
  }

  async function run(): Promise<void> {
    busy = true;
    for (let text = waiting.shift(); text !== undefined && !ended; text = waiting.shift()) {
      const frame = read(text);
      if (frame) await Promise.try(deps.handle, session, frame).catch(deps.fail);
    }
    busy = false;
  }

  function read(text: string): ClientFrame | undefined {
    const frame = parse(text);
    if ("type" in frame) return frame;
    if (frame.clientId !== undefined)
      deliver({ type: "reject", clientId: frame.clientId, code: "invalid", detail: frame.detail });
    else fault("bad_request", frame.detail);
    return undefined;
  }

  function fault(code: ErrorCode, detail: string): void {
    const now = Date.now();
    faults = [...faults.filter((at) => now - at < FAULT_WINDOW), now];
    deliver({ type: "error", code, detail });
    if (faults.length >= MAX_FAULTS) session.close(CLOSES.abuse);
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
      if (waiting.length >= MAX_WAITING)
        return fault("overloaded", "Too many frames wait already.");
      waiting.push(text);
      if (!busy) void run();
    },
    closed() {
      if (ended) return;
      ended = true;
      waiting.length = 0;
      deps.closed(session);
    },
  };
}

/** Why a frame was not understood; with the `clientId` of a `send` that was readable but wrong. */
interface Misread {
  detail: string;
  clientId?: string;
}

function parse(text: string): ClientFrame | Misread {
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
