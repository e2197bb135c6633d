import type { Bootstrap } from "@parley/contracts/bootstrap";

/** A visit in which chats come and go all the time still gets its bootstrap. */
const MAX_ATTEMPTS = 3;
/** Milliseconds. */
const RETRY_MS = 10_000;

/** Fetches everything anew, once for all who ask meanwhile. */
export function createRefresh(
  fetchBootstrap: () => Promise<Bootstrap>,
  adopt: (bootstrap: Bootstrap) => void,
) {
  let underway: Promise<void> | null = null;
  let changes = 0;
  let isStopped = false;
  /** A refresh in the background failed, and what it was for is still to be fetched. */
  let isOwed = false;
  let again: ReturnType<typeof setTimeout> | undefined;

  function refresh(): Promise<void> {
    if (isStopped) return Promise.resolve();
    underway ??= fetchAndAdopt().finally(() => {
      underway = null;
    });
    return underway;
  }

  /** In the background: should it fail, it is tried again after a pause, or sooner when the network shows life. */
  async function tryRefresh(): Promise<void> {
    clearTimeout(again);
    try {
      await refresh();
    } catch (error) {
      console.warn("the chats could not be fetched anew:", error);
      isOwed = true;
      if (!isStopped) again = setTimeout(() => void tryRefresh(), RETRY_MS);
    }
  }

  function retryIfFailed(): void {
    if (isOwed) void tryRefresh();
  }

  async function fetchAndAdopt(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const known = changes;
      const answer = await fetchBootstrap();
      // It may have been read before the latest change, and would undo it: ask once more.
      if (changes !== known && attempt < MAX_ATTEMPTS) continue;
      adopt(answer);
      // What it told may raise a question that only the next one answers.
      isOwed = changes !== known;
      if (!isOwed || attempt >= MAX_ATTEMPTS) return;
    }
  }

  /** Something changed that a bootstrap on its way may not know of. */
  function invalidate(): void {
    changes++;
  }

  function stop(): void {
    isStopped = true;
    clearTimeout(again);
  }

  return { refresh, tryRefresh, retryIfFailed, invalidate, stop };
}
