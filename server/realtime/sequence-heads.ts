import { LIMITS } from "@parley/contracts/limits";
import type { Replay } from "../events/replay.ts";
import type { Hub } from "./hub.ts";

export interface SequenceHeadsDeps {
  hub: Pick<Hub, "followedChats" | "head" | "sendHeads">;
  replay: Pick<Replay, "heads">;
  /** Publishes the stored events of chats up to a `seq` that this server has not published. */
  catchUp(stored: ReadonlyMap<string, number>): Promise<void>;
  fail(error: unknown): void;
}

/** Sends the heads of the chats that moved to their followers, once in each interval. */
export function startSequenceHeads(
  deps: SequenceHeadsDeps,
  intervalMs: number = LIMITS.heartbeatIntervalMs,
): Disposable {
  const timer = setInterval(() => void sendSequenceHeads(deps).catch(deps.fail), intervalMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Publishes what was missed, then sends the heads; a database that is away holds up no heads. */
export async function sendSequenceHeads(deps: SequenceHeadsDeps): Promise<void> {
  await publishMissed(deps).catch(deps.fail);
  deps.hub.sendHeads();
}

/**
 * Publishes events of followed chats that are committed and that this server has not published,
 * because the answer to the commit was lost or another server wrote them. One statement finds them, and none if no chat is followed.
 */
export async function publishMissed({
  hub,
  replay,
  catchUp,
}: Omit<SequenceHeadsDeps, "fail">): Promise<void> {
  const followed = hub.followedChats();
  if (followed.length === 0) return;
  const stored = await replay.heads(followed);
  const behind = [...stored].filter(([chat, seq]) => seq > (hub.head(chat) ?? seq));
  if (behind.length > 0) await catchUp(new Map(behind));
}
