import type { ServerFrame } from "@parley/contracts/frames";
import type { UserId } from "@parley/contracts/ids";
import type { Log } from "@parley/platform/process/log";
import type { BlockNotifier } from "./block-notifier.ts";
import type { BlockRow, BlockStore } from "./block-store.ts";

/** The longest sleep, because another server may have made a block and stopped before the block ended. */
const MAX_SLEEP_MS = 60_000;
/** How long the worker sleeps after the database failed. */
const RETRY_DELAY_MS = 1_000;

interface BlockWorkerDeps {
  store: Pick<BlockStore, "endDue" | "nextEnd">;
  hub: { toUser(user: UserId, frame: ServerFrame): void };
  notifyBlockChange: BlockNotifier;
  endedCounter: { inc(): void };
  log: Pick<Log, "warn">;
}

interface Timing {
  now(): Date;
  /** Resolves after `milliseconds`, or earlier when `interrupt` resolves. */
  sleep(milliseconds: number, interrupt: Promise<void>): Promise<void>;
}

export type BlockWorker = ReturnType<typeof startBlockWorker>;

/** Starts a worker that removes blocks when they end, and notifies the users who made them. */
export function startBlockWorker(
  deps: BlockWorkerDeps,
  { now, sleep }: Timing = { now: () => new Date(), sleep: interruptibleSleep },
) {
  let stopped = false;
  let interrupt = Promise.withResolvers<void>();

  async function run(): Promise<void> {
    while (!stopped) {
      await sleep(await endDueBlocks(deps, now), interrupt.promise);
      interrupt = Promise.withResolvers();
    }
  }

  const running = run();
  return {
    /** To be called after a block with an end was stored, because it may be the next to end. */
    wake(): void {
      interrupt.resolve();
    },

    async [Symbol.asyncDispose](): Promise<void> {
      stopped = true;
      interrupt.resolve();
      await running;
    },
  };
}

/** @returns how long to sleep until the next block ends, in milliseconds. */
async function endDueBlocks(
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

  try {
    // The rows are deleted by now, so that a failure for one block must not skip the others.
    const ended = await store.endDue(now());
    ended.forEach(publishEnd);
    for (const block of ended) await notify(block);
    return sleepUntil(await store.nextEnd(), now());
  } catch (err) {
    log.warn({ err }, "ending expired blocks failed and will be retried");
    return RETRY_DELAY_MS;
  }
}

function sleepUntil(next: Date | null, now: Date): number {
  if (!next) return MAX_SLEEP_MS;
  return Math.min(Math.max(next.getTime() - now.getTime(), 0), MAX_SLEEP_MS);
}

async function interruptibleSleep(milliseconds: number, interrupt: Promise<void>): Promise<void> {
  const elapsed = Promise.withResolvers<void>();
  const timer = setTimeout(elapsed.resolve, milliseconds);
  await Promise.race([elapsed.promise, interrupt]);
  clearTimeout(timer);
}
