import type { Bootstrap } from "@parley/contracts/bootstrap";

/** The page adopts a bootstrap after this many fetches, even if a change came during each of them. */
const MAX_ATTEMPTS = 3;
const RETRY_MS = 10_000;

/** Fetches the bootstrap again. Callers share a fetch that is under way. */
export function createRefresh(
  fetchBootstrap: () => Promise<Bootstrap>,
  adopt: (bootstrap: Bootstrap) => void,
) {
  let pending: Promise<void> | null = null;
  let changes = 0;
  let isStopped = false;
  /** Whether a refresh failed or was overtaken by a change. */
  let isOutdated = false;
  let retrying: ReturnType<typeof setTimeout> | undefined;

  function refresh(): Promise<void> {
    if (isStopped) return Promise.resolve();
    pending ??= fetchAndAdopt().finally(() => {
      pending = null;
    });
    return pending;
  }

  /** Refreshes in the background. After a failure it tries again, on a timer or by `retryIfFailed`. */
  async function tryRefresh(): Promise<void> {
    clearTimeout(retrying);
    try {
      await refresh();
    } catch (error) {
      console.warn("chats could not be refreshed:", error);
      isOutdated = true;
      if (!isStopped) retrying = setTimeout(() => void tryRefresh(), RETRY_MS);
    }
  }

  /** Called when the network works: the failed refresh need not wait for its timer. */
  function retryIfFailed(): void {
    if (isOutdated) void tryRefresh();
  }

  async function fetchAndAdopt(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const before = changes;
      const bootstrap = await fetchBootstrap();
      // The server may have read this bootstrap before the latest change. Adopting it would undo that change.
      if (changes !== before && attempt < MAX_ATTEMPTS) continue;
      adopt(bootstrap);
      // Adopting a bootstrap may itself require another one.
      isOutdated = changes !== before;
      if (!isOutdated || attempt >= MAX_ATTEMPTS) return;
    }
  }

  /** Records a change that a bootstrap under way may not include. */
  function invalidate(): void {
    changes++;
  }

  function stop(): void {
    isStopped = true;
    clearTimeout(retrying);
  }

  return { refresh, tryRefresh, retryIfFailed, invalidate, stop };
}
