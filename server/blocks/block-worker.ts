import type { ServerFrame } from "@parley/contracts/frames";
import type { UserId } from "@parley/contracts/ids";
import { startWorkLoop, type WorkLoop } from "@parley/platform/async/work-loop";
import type { Log } from "@parley/platform/process/log";
import type { BlockNotifier } from "./block-notifier.ts";
import type { BlockRow, BlockStore } from "./block-store.ts";

/** The longest wait, because another server may have made a block and stopped before the block ended. */
const MAX_WAIT_MS = 60_000;
/** How long the worker waits after the database failed. */
const RETRY_DELAY_MS = 1_000;

export interface BlockWorkerDeps {
  store: Pick<BlockStore, "endDue" | "nextEnd">;
  hub: { toUser(user: UserId, frame: ServerFrame): void };
  notifyBlockChange: BlockNotifier;
  endedCounter: { inc(): void };
  log: Pick<Log, "warn">;
}

/**
 * Starts a worker that removes blocks when they end, and notifies the users who made them. It is to be
 * woken after a block with an end was stored, because that may be the next to end.
 */
export function startBlockWorker(deps: BlockWorkerDeps): WorkLoop {
  return startWorkLoop(() => endDueBlocks(deps, () => new Date()), {
    retryMs: RETRY_DELAY_MS,
    onError: (err) => deps.log.warn({ err }, "ending expired blocks failed and will be retried"),
  });
}

/** @returns how long to wait until the next block ends, in milliseconds. */
export async function endDueBlocks(
  { store, hub, notifyBlockChange, endedCounter, log }: BlockWorkerDeps,
  now: () => Date,
): Promise<number> {
  function publishEnd({ blocker_id, blocked_id }: BlockRow): void {
    endedCounter.inc();
    hub.toUser(blocker_id, { type: "unblock", user: blocked_id });
  }

  async function notify({ blocker_id, blocked_id }: BlockRow): Promise<void> {
    await notifyBlockChange(blocker_id, blocked_id).catch((err: unknown) => {
      log.warn({ err }, "users could not be notified of an ended block");
    });
  }

  // The rows are deleted by now, so that a failure for one block must not skip the others.
  const ended = await store.endDue(now());
  ended.forEach(publishEnd);
  for (const block of ended) await notify(block);
  return waitUntil(await store.nextEnd(), now());
}

function waitUntil(next: Date | null, now: Date): number {
  if (!next) return MAX_WAIT_MS;
  return Math.min(Math.max(next.getTime() - now.getTime(), 0), MAX_WAIT_MS);
}
