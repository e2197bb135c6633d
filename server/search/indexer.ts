import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import { startWorkLoop } from "@parley/platform/async/work-loop";
import type { Log } from "@parley/platform/process/log";
import { completesChunk, findLagging, refreshChunk, writeChunks } from "./search-chunks.ts";

/** How often to look for chunks of a server that stopped before it wrote them. */
const SWEEP_INTERVAL_MS = 600_000;
const RETRY_INTERVAL_MS = 1_000;

export interface IndexerDeps {
  db: Database;
  log: Pick<Log, "warn">;
}

/**
 * Starts to write search chunks in the background, so that no message waits for its trigrams.
 *
 * Search reads the messages themselves where no chunk is written or the chunk is stale, so that its
 * results do not depend on the indexer, only its speed does.
 */
export function startIndexer({ db, log }: IndexerDeps) {
  const lagging = new Set<string>();
  let sweptAt = Number.NEGATIVE_INFINITY;

  async function step(): Promise<number> {
    if (performance.now() >= sweptAt + SWEEP_INTERVAL_MS) await sweep();
    const [chat] = lagging;
    if (chat !== undefined) await write(chat);
    return lagging.size > 0 ? 0 : sweptAt + SWEEP_INTERVAL_MS - performance.now();
  }

  async function sweep(): Promise<void> {
    for (const chat of await findLagging(db)) lagging.add(chat);
    sweptAt = performance.now();
  }

  /** Pauses for as long as it wrote, so that the indexer takes half of the database's time at most. */
  async function write(chat: ChatId): Promise<void> {
    const start = performance.now();
    // Before the write: events that are committed during it need another one.
    lagging.delete(chat);
    const more = await writeNext(chat).catch((error) => {
      lagging.add(chat);
      throw error;
    });
    if (more) lagging.add(chat);
    await Bun.sleep(performance.now() - start);
  }

  async function writeNext(chat: ChatId): Promise<boolean> {
    const [hasUnwritten, hasStale] = [await writeChunks(db, chat), await refreshChunk(db, chat)];
    return hasUnwritten || hasStale;
  }

  const loop = startWorkLoop(step, {
    retryMs: RETRY_INTERVAL_MS,
    onError: (err) => log.warn({ err }, "search indexing failed, retrying"),
  });
  return {
    onCommitted(chat: ChatId, events: readonly ChatEvent[]): void {
      const [first, last] = [events[0], events.at(-1)];
      if (!(first && last)) return;
      if (!completesChunk(first.seq, last.seq) && !events.some(changesMessage)) return;
      lagging.add(chat);
      loop.wake();
    },

    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}

function changesMessage({ kind }: ChatEvent): boolean {
  return kind === "edit" || kind === "delete";
}
