import type { ErrorCode } from "@parley/contracts/errors";
import type { ClientFrame } from "@parley/contracts/frames";
import type { Draft } from "@parley/contracts/messages";
import { Refusal } from "@parley/platform/http/problem";
import type { Hub } from "./hub.ts";
import { createResume, type ResumeDeps } from "./resume.ts";
import { type Session, sendFrame } from "./session.ts";

export interface FrameHandlerDeps extends ResumeDeps {
  hub: Pick<Hub, "isFollowing" | "head" | "toOthers">;
  /**
   * Stores a message; resolves after the commit.
   * @throws Refusal when the user may not send the draft, or not at this time.
   */
  send(user: string, draft: Draft): Promise<{ chat: string; seq: number; createdAt: string }>;
  markRead(user: string, chat: string, seq: number): Promise<unknown>;
  /** Whether others in a chat may see that somebody types; a block in a direct chat hides it. */
  mayShowTyping(chat: string): Promise<boolean>;
  /** Counts each refusal. */
  count(code: ErrorCode): void;
  fail(error: unknown): void;
}

/** Clients show a typing notice for six seconds; more than one in this interval is only fan-out. */
const TYPING_INTERVAL_MS = 2_000;

/** Handles the frames of clients; docs/protocol/websocket.md describes them. */
export function createFrameHandler(deps: FrameHandlerDeps) {
  const resume = createResume(deps);
  const resuming = new WeakMap<Session, Promise<void>>();
  const typingSentAt = new WeakMap<Session, Map<string, number>>();

  return function handle(session: Session, frame: ClientFrame): Promise<void> | undefined {
    switch (frame.type) {
      case "send":
        // Not awaited, so that the next send of the same user joins the same batch, behind this one.
        void send(session, frame);
        return undefined;
      case "resume":
        return resumeInBackground(session, frame.chats);
      case "typing":
        return publishTyping(session, frame.chat);
      case "read":
        return markRead(session, frame.chat, frame.seq);
      case "ping":
        sendFrame(session, { type: "pong", id: frame.id });
        return undefined;
    }
  };

  /**
   * Resumes without holding up the frames behind, because a replay takes as long as its reader does.
   * A second resume waits for the first.
   */
  function resumeInBackground(
    session: Session,
    known: Readonly<Record<string, number>>,
  ): Promise<void> | undefined {
    const earlier = resuming.get(session);
    if (earlier !== undefined) return earlier.then(() => resumeInBackground(session, known));
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
      sendFrame(session, { type: "ack", clientId, chat, seq, createdAt });
    } catch (error) {
      const reason = rejectionOf(error);
      deps.count(reason.code);
      sendFrame(session, { type: "reject", clientId, ...reason });
    }
  }

  function rejectionOf(error: unknown) {
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

  async function publishTyping(session: Session, chat: string): Promise<void> {
    if (!deps.hub.isFollowing(session, chat) || !isTypingDue(session, chat)) return;
    if (await deps.mayShowTyping(chat))
      deps.hub.toOthers(chat, session.user, { type: "typing", chat, user: session.user });
  }

  function isTypingDue(session: Session, chat: string): boolean {
    const times = typingSentAt.get(session) ?? new Map<string, number>();
    typingSentAt.set(session, times);
    const now = Date.now();
    if (now - (times.get(chat) ?? 0) < TYPING_INTERVAL_MS) return false;
    times.set(chat, now);
    return true;
  }

  async function markRead(session: Session, chat: string, seq: number): Promise<void> {
    if (deps.hub.isFollowing(session, chat)) await deps.markRead(session.user, chat, seq);
  }
}
