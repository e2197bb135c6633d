import type { ChatEvent } from "@parley/contracts/events";
import type { Database } from "@parley/db/open";
import type { Log } from "@parley/platform/process/log";
import { completesPassage, findLagging, writePassages } from "./search-chunks.ts";

/** Milliseconds. Another server may have gone before it wrote the passages of what it stored. */
const SWEEP = 600_000;
const PAUSE_AFTER_FAULT = 1_000;

export interface IndexerDeps {
  db: Database;
  log: Pick<Log, "warn">;
}

/**
 * Writes passages for search behind the writer's back: no message waits for its trigrams.
 *
 * Search reads what is not written yet in the messages themselves, so nothing but speed depends on
 * how far this is.
 */
export function startIndexer({ db, log }: IndexerDeps) {
  const lagging = new Set<string>();
  let stopped = false;
  let alarm = Promise.withResolvers<void>();
  let swept = Number.NEGATIVE_INFINITY;

  async function work(): Promise<void> {
    while (!stopped) {
      await step().catch(rest);
      if (lagging.size === 0) await sleep(swept + SWEEP - performance.now());
    }
  }

  async function step(): Promise<void> {
    if (performance.now() >= swept + SWEEP) await sweep();
    const [chat] = lagging;
    if (chat !== undefined) await write(chat);
  }

  async function sweep(): Promise<void> {
    for (const chat of await findLagging(db)) lagging.add(chat);
    swept = performance.now();
  }

  /** Rests as long as it worked, to leave the database to those who wait for it. */
  async function write(chat: string): Promise<void> {
    const start = performance.now();
    // Before the passages are written: what is told of meanwhile is looked for once more.
    lagging.delete(chat);
    const more = await writePassages(db, chat).catch((error) => {
      lagging.add(chat);
      throw error;
    });
    if (more) lagging.add(chat);
    await Bun.sleep(performance.now() - start);
  }

  async function rest(err: unknown): Promise<void> {
    log.warn({ err }, "indexing for search failed and is tried again");
    await sleep(PAUSE_AFTER_FAULT);
  }

  async function sleep(milliseconds: number): Promise<void> {
    const timer = setTimeout(alarm.resolve, Math.max(milliseconds, 0));
    await alarm.promise;
    clearTimeout(timer);
    alarm = Promise.withResolvers();
  }

  const working = work();
  return {
    onCommitted(chat: string, events: readonly ChatEvent[]): void {
      const [first, last] = [events[0], events.at(-1)];
      if (!(first && last && completesPassage(first.seq, last.seq))) return;
      lagging.add(chat);
      alarm.resolve();
    },

    async [Symbol.asyncDispose](): Promise<void> {
      stopped = true;
      alarm.resolve();
      await working;
    },
  };
}
