import type { ClientFrame } from "@parley/contracts/frames";
import type { ChatId } from "@parley/contracts/ids";
import type { AppState } from "./app-state.ts";

/** Pause before a refused `resume` is sent again, and the largest random addition to the pause. */
const RETRY_AFTER_S = 1;
const RETRY_JITTER_S = 2;

/** With this many chats, a `resume` frame stays well below the frame limit. */
const MAX_CHATS_PER_RESUME = 1_000;

interface ResumeDeps {
  state: AppState;
  send: (frame: ClientFrame) => boolean;
  /** All answers to the pending `resume` frames have arrived, for these chats. */
  onComplete: (chats: ReadonlySet<ChatId>) => void;
  random: () => number;
}

/** Requests the events that chats missed, and waits for the end of the replay. */
export function createResume({ state, send, onComplete, random }: ResumeDeps) {
  const pending = new Set<string>();
  let unanswered = 0;
  let retrying: ReturnType<typeof setTimeout> | undefined;

  /** The frames of a previous connection are lost: requests the missed events of all chats. */
  function onConnected(): void {
    clearTimeout(retrying);
    pending.clear();
    unanswered = 0;
    request(Object.keys(state.rooms));
  }

  function request(chats: readonly ChatId[]): void {
    for (let start = 0; start < chats.length; start += MAX_CHATS_PER_RESUME) {
      const part = chats.slice(start, start + MAX_CHATS_PER_RESUME);
      const seqs = part.map((chat) => [chat, state.rooms[chat]?.seq ?? 0] as const);
      if (!send({ type: "resume", chats: Object.fromEntries(seqs) })) return;
      for (const chat of part) pending.add(chat);
      unanswered++;
    }
  }

  function onResumed(): void {
    unanswered = Math.max(0, unanswered - 1);
    if (unanswered > 0) return;
    const complete = new Set(pending);
    pending.clear();
    onComplete(complete);
  }

  /**
   * The server refused a frame because of its load or a rate limit, and does not say which frame. If it
   * may have been a `resume`, all chats are requested again. @param retryAfter in seconds.
   */
  function onRefused(retryAfter = RETRY_AFTER_S): void {
    if (unanswered === 0) return;
    clearTimeout(retrying);
    retrying = setTimeout(onConnected, (retryAfter + random() * RETRY_JITTER_S) * 1_000);
  }

  return {
    onConnected,
    request,
    onResumed,
    onRefused,
    isPending: (chat: ChatId) => pending.has(chat),
    stop: () => clearTimeout(retrying),
  };
}
