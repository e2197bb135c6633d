import type { Log } from "@parley/platform/process/log";
import type { Hub } from "../realtime/hub.ts";
import type { BlockNotifier } from "./block-notifier.ts";
import type { BlockRow, BlockStore } from "./store.ts";

/** Milliseconds. Another server may have made a block that ends soon, or may have gone before it ended one. */
const LONGEST_SLEEP = 1_000;

interface BlockWorkerDeps {
  blocks: Pick<BlockStore, "endDue" | "nextEnd">;
  hub: Pick<Hub, "toUser">;
  notifyBlockChange: BlockNotifier;
  /** Counts each block that ended by itself. */
  expired: { inc(): void };
  log: Pick<Log, "warn">;
}

export type BlockWorker = ReturnType<typeof startBlockWorker>;

/** Ends blocks when their time is over, and tells who made them. */
export function startBlockWorker(deps: BlockWorkerDeps) {
  const stop = Promise.withResolvers<void>();
  let stopped = false;
  let alarm = Promise.withResolvers<void>();

  async function work(): Promise<void> {
    while (!stopped) await sleep(await endDue(deps));
  }

  async function sleep(milliseconds: number): Promise<void> {
    const timer = setTimeout(alarm.resolve, milliseconds);
    await Promise.race([alarm.promise, stop.promise]);
    clearTimeout(timer);
    alarm = Promise.withResolvers();
  }

  const working = work();
  return {
    /** A block with an end was made here: it may be the next to end. */
    wake(): void {
      alarm.resolve();
    },

    async [Symbol.asyncDispose](): Promise<void> {
      stopped = true;
      stop.resolve();
      await working;
    },
  };
}

/** Ends what is due. @returns how long to sleep then, in milliseconds. */
async function endDue({ blocks, hub, notifyBlockChange, expired, log }: BlockWorkerDeps) {
  function announce({ blocker_id, blocked_id }: BlockRow): void {
    expired.inc();
    hub.toUser(blocker_id, { type: "unblock", user: blocked_id });
  }

  async function relate({ blocker_id, blocked_id }: BlockRow): Promise<void> {
    await notifyBlockChange(blocker_id, blocked_id).catch((error: unknown) => {
      log.warn({ err: error }, "two whose block ended were not told of each other");
    });
  }

  try {
    // They are gone from the database: what fails for one must not keep the others' end from anyone.
    const ended = await blocks.endDue(new Date());
    ended.forEach(announce);
    for (const block of ended) await relate(block);
    const next = await blocks.nextEnd();
    return sleepUntil(next, Date.now());
  } catch (error) {
    log.warn({ err: error }, "ending blocks failed and is tried again");
    return LONGEST_SLEEP;
  }
}

function sleepUntil(next: Date | null, now: number): number {
  return next ? Math.min(Math.max(next.getTime() - now, 0), LONGEST_SLEEP) : LONGEST_SLEEP;
}
