import { LIMITS } from "@parley/contracts/limits";
import type { ReplaySet } from "../events/replay-ranges.ts";
import type { Hub } from "./hub.ts";

export interface SequenceHeadsDeps {
  hub: Pick<Hub, "followedChats" | "head" | "sendHeads">;
  replaySet: Pick<ReplaySet, "heads">;
  /** Publishes what is stored of chats up to a `seq` and was not published here. */
  catchUp(stored: ReadonlyMap<string, number>): Promise<void>;
  fail(error: unknown): void;
}

/**
 * Tells every session the heads of the chats that moved, with each heartbeat.
 *
 * The database is asked first, with one statement: what was committed and not published here, for its
 * answer was lost or another server wrote it, is published now. No event of the chat need follow.
 */
export function startSequenceHeads(
  deps: SequenceHeadsDeps,
  interval: number = LIMITS.heartbeatIntervalMs,
): Disposable {
  const timer = setInterval(() => void sendSequenceHeads(deps).catch(deps.fail), interval);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

export async function sendSequenceHeads({
  hub,
  replaySet,
  catchUp,
  fail,
}: SequenceHeadsDeps): Promise<void> {
  try {
    const stored = await replaySet.heads(hub.followedChats());
    const behind = [...stored].filter(([chat, seq]) => seq > (hub.head(chat) ?? seq));
    if (behind.length > 0) await catchUp(new Map(behind));
  } catch (error) {
    fail(error);
  }
  hub.sendHeads();
}
