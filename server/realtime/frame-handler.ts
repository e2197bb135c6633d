import type { ErrorCode } from "@parley/contracts/errors";
import type { ClientFrame, ServerFrame } from "@parley/contracts/frames";
import type { Draft } from "@parley/contracts/messages";
import { Refusal } from "@parley/platform/http/problem";
import type { Sent } from "../events/writer.ts";
import type { Hub } from "./hub.ts";
import { createResume, type ResumeDeps } from "./resume.ts";
import type { Session } from "./session.ts";

export interface FrameHandlerDeps extends ResumeDeps {
  hub: Pick<Hub, "isFollowing" | "head" | "toOthers">;
  /** @throws Refusal when the user may not send this, or not now. */
  send(user: string, draft: Draft): Promise<Sent>;
  markRead(user: string, chat: string, seq: number): Promise<unknown>;
  /** Whether it may be shown in a chat that somebody types: a block in a direct chat hides it. */
  mayShowTyping(chat: string): Promise<boolean>;
  /** Told of every refusal. */
  count(code: ErrorCode): void;
  fail(error: unknown): void;
}

/** Milliseconds. */
const TYPING_PAUSE = 2_000;

/** Answers what a client sends; see the contract's table of frames. */
export function createFrameHandler(deps: FrameHandlerDeps) {
  const resume = createResume(deps);
  const resuming = new WeakMap<Session, Promise<void>>();
  const typed = new WeakMap<Session, Map<string, number>>();

  return function handle(session: Session, frame: ClientFrame): Promise<void> | undefined {
    switch (frame.type) {
      case "send":
        // Not awaited: the next send of the same person joins the same batch, behind this one.
        void send(session, frame);
        return undefined;
      case "resume":
        return resumeBeside(session, frame.chats);
      case "typing":
        return type(session, frame.chat);
      case "read":
        return read(session, frame.chat, frame.seq);
      case "ping":
        deliver(session, { type: "pong", id: frame.id });
        return undefined;
    }
  };

  /**
   * A replay takes as long as its reader does: what else the session sends is not held up by it, but
   * by a second one.
   */
  function resumeBeside(
    session: Session,
    known: Readonly<Record<string, number>>,
  ): Promise<void> | undefined {
    const earlier = resuming.get(session);
    if (earlier !== undefined) return earlier.then(() => resumeBeside(session, known));
    const run = resume(session, known)
      .catch(deps.fail)
      .finally(() => resuming.delete(session));
    resuming.set(session, run);
    return undefined;
  }

  async function send(session: Session, draft: Draft): Promise<void> {
    const { clientId } = draft;
    try {
      const { chat, seq, createdAt } = await deps.send(session.user, draft);
      deliver(session, { type: "ack", clientId, chat, seq, createdAt });
    } catch (error) {
      const reason = explain(error);
      deps.count(reason.code);
      deliver(session, { type: "reject", clientId, ...reason });
    }
  }

  function explain(error: unknown) {
    if (error instanceof Refusal) {
      const { code, message: detail, extra } = error;
      return {
        code,
        detail,
        ...(extra.retryAfter !== undefined && { retryAfter: extra.retryAfter }),
      };
    }
    deps.fail(error);
    const { code, message: detail } = new Refusal("internal");
    return { code, detail };
  }

  async function type(session: Session, chat: string): Promise<void> {
    if (!deps.hub.isFollowing(session, chat) || !mayTypeAgain(session, chat)) return;
    if (await deps.mayShowTyping(chat))
      deps.hub.toOthers(chat, session.user, { type: "typing", chat, user: session.user });
  }

  /** Others see for six seconds that somebody types: to say it more often than each second one costs them only. */
  function mayTypeAgain(session: Session, chat: string): boolean {
    const times = typed.get(session) ?? new Map<string, number>();
    typed.set(session, times);
    const now = Date.now();
    if (now - (times.get(chat) ?? 0) < TYPING_PAUSE) return false;
    times.set(chat, now);
    return true;
  }

  async function read(session: Session, chat: string, seq: number): Promise<void> {
    if (deps.hub.isFollowing(session, chat)) await deps.markRead(session.user, chat, seq);
  }
}

function deliver(session: Session, frame: ServerFrame): void {
  session.deliver(JSON.stringify(frame));
}
