import type { Bootstrap } from "@parley/contracts/bootstrap";

/** A visit in which chats come and go all the time still gets its bootstrap. */
const ATTEMPTS = 3;

/** Fetches everything anew, once for all who ask meanwhile. */
export function createRefresh(
  fetchBootstrap: () => Promise<Bootstrap>,
  adopt: (bootstrap: Bootstrap) => void,
) {
  let underway: Promise<void> | null = null;
  let changes = 0;
  let isStopped = false;

  function refresh(): Promise<void> {
    if (isStopped) return Promise.resolve();
    underway ??= fetchAndAdopt().finally(() => {
      underway = null;
    });
    return underway;
  }

  /** In the background: should it fail, the next heads or the next reconnect ask again. */
  async function tryRefresh(): Promise<void> {
    try {
      await refresh();
    } catch (error) {
      console.warn("the chats could not be fetched anew:", error);
    }
  }

  async function fetchAndAdopt(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const known = changes;
      const answer = await fetchBootstrap();
      // It may have been read before the latest change, and would undo it: ask once more.
      if (changes === known || attempt === ATTEMPTS) return adopt(answer);
    }
  }

  /** Something changed that a bootstrap on its way may not know of. */
  function outdate(): void {
    changes++;
  }

  function stop(): void {
    isStopped = true;
  }

  return { refresh, tryRefresh, outdate, stop };
}
