import type { ErrorCode } from "@parley/contracts/errors";
import type { ClientFrame } from "@parley/contracts/frames";
import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Draft } from "@parley/contracts/messages";
import { Refusal } from "@parley/platform/http/problem";
import type { Hub } from "./hub.ts";
import { createResume, type ResumeDeps } from "./resume.ts";
import { type ServerConnection, sendFrame } from "./server-connection.ts";

export interface FrameHandlerDeps extends ResumeDeps {
  hub: Pick<Hub, "isFollowing" | "hasAccepted" | "head" | "toOthers">;
  /**
   * Stores a message; resolves after the commit.
   * @throws Refusal when the user may not send the draft, or not at this time.
   */
  send(user: UserId, draft: Draft): Promise<{ chat: ChatId; seq: number; createdAt: string }>;
  markRead(user: UserId, chat: ChatId, seq: number): Promise<unknown>;
  /** Whether others in a chat may see that somebody types; a block in a direct chat hides it. */
  mayShowTyping(chat: ChatId): Promise<boolean>;
  /** Counts each refusal. */
  count(code: ErrorCode): void;
  fail(error: unknown): void;
}

/** Clients show a typing notice for six seconds; more than one in this interval is only fan-out. */
const TYPING_INTERVAL_MS = 2_000;

/** Handles the frames of clients; docs/protocol/websocket.md describes them. */
export function createFrameHandler(deps: FrameHandlerDeps) {
  const resume = createResume(deps);
  const resuming = new WeakMap<ServerConnection, Promise<void>>();
  const typingSentAt = new WeakMap<ServerConnection, Map<string, number>>();

  return function handle(
    connection: ServerConnection,
    frame: ClientFrame,
  ): Promise<void> | undefined {
    switch (frame.type) {
      case "send":
        // Not awaited, so that the next send of the same user joins the same batch, behind this one.
        void send(connection, frame);
        return undefined;
      case "resume":
        return resumeInBackground(connection, frame.chats);
      case "typing":
        return publishTyping(connection, frame.chat);
      case "read":
        return markRead(connection, frame.chat, frame.seq);
      case "ping":
        sendFrame(connection, { type: "pong", id: frame.id });
        return undefined;
    }
  };

  /**
   * Resumes without holding up the frames behind, because a replay takes as long as its reader does.
   * A second resume waits for the first.
   */
  function resumeInBackground(
    connection: ServerConnection,
    known: Readonly<Record<string, number>>,
  ): Promise<void> | undefined {
    const earlier = resuming.get(connection);
    if (earlier !== undefined) return earlier.then(() => resumeInBackground(connection, known));
    const run = resume(connection, known)
      .catch(deps.fail)
      .finally(() => resuming.delete(connection));
    resuming.set(connection, run);
    return undefined;
  }

  async function send(connection: ServerConnection, draft: Draft): Promise<void> {
    const { clientId } = draft;
    try {
      const { chat, seq, createdAt } = await deps.send(connection.user, draft);
      sendFrame(connection, { type: "ack", clientId, chat, seq, createdAt });
    } catch (error) {
      const reason = rejectionOf(error);
      deps.count(reason.code);
      sendFrame(connection, { type: "reject", clientId, ...reason });
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

  async function publishTyping(connection: ServerConnection, chat: ChatId): Promise<void> {
    if (!deps.hub.hasAccepted(connection, chat) || !isTypingDue(connection, chat)) return;
    if (await deps.mayShowTyping(chat))
      deps.hub.toOthers(chat, connection.user, { type: "typing", chat, user: connection.user });
  }

  function isTypingDue(connection: ServerConnection, chat: ChatId): boolean {
    const times = typingSentAt.get(connection) ?? new Map<string, number>();
    typingSentAt.set(connection, times);
    const now = Date.now();
    if (now - (times.get(chat) ?? 0) < TYPING_INTERVAL_MS) return false;
    times.set(chat, now);
    return true;
  }

  async function markRead(connection: ServerConnection, chat: ChatId, seq: number): Promise<void> {
    if (deps.hub.isFollowing(connection, chat)) await deps.markRead(connection.user, chat, seq);
  }
}
