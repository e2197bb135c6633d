/** The time over which tasks that are done are counted. */
const COUNTED_MS = 2_000;
const SLICE_MS = 100;
/**
 * Tasks that may be under way at any rate: four batches of the server's writer. A user alone may have half
 * of them, which is the burst of frames that a socket may send.
 */
const MIN_WINDOW = 4_000;
/** Spread, so that those who were refused together do not come back together. */
const RETRY_AFTER_S = { least: 1, most: 2 };

/** What is under way: of one user, of all users, and how much may be. */
export interface WindowLoad {
  readonly ofUser: number;
  readonly ofAll: number;
  readonly window: number;
}

/**
 * Decides whether a user may begin one more task.
 *
 * A user may have as many under way as all users leave free (dynamic thresholds, Choudhury and Hahne
 * 1998): one who floods gets half of the window, and those who do little always find room.
 */
export function isAdmitted({ ofUser, ofAll, window }: WindowLoad): boolean {
  return ofUser < window - ofAll;
}

/**
 * Returns how many tasks may be under way: as many as are done in `targetMs`, because waiting time is
 * queue length by rate (Little's law).
 * @param done the tasks that were done within {@link COUNTED_MS}.
 */
export function windowSize(done: number, targetMs: number): number {
  return Math.max(MIN_WINDOW, (done * targetMs) / COUNTED_MS);
}

/** Returns the seconds after which a refused task may be tried again. */
export function overloadRetryAfter(): number {
  const { least, most } = RETRY_AFTER_S;
  return Math.round(100 * (least + (most - least) * Math.random())) / 100;
}

/**
 * Keeps the tasks under way to what is done in time, and divides them between users.
 * @param targetMs how long the last task that is admitted should take.
 * @param now returns monotonic milliseconds.
 */
export function createFairWindow(targetMs: number, now?: () => number) {
  const byUser = new Map<string, number>();
  const done = new RecentCount(now);
  let ofAll = 0;

  function add(user: string, change: number): void {
    ofAll += change;
    const ofUser = (byUser.get(user) ?? 0) + change;
    if (ofUser > 0) byUser.set(user, ofUser);
    else byUser.delete(user);
  }

  return {
    admits(user: string): boolean {
      const ofUser = byUser.get(user) ?? 0;
      return isAdmitted({ ofUser, ofAll, window: windowSize(done.total, targetMs) });
    },
    begin: (user: string) => add(user, 1),
    done(user: string): void {
      add(user, -1);
      done.add(1);
    },
    /** Tasks are not under way any more, and were not done: refusals say nothing about the rate. */
    forget: (user: string, count = 1) => add(user, -count),
  };
}

/** Counts what happened within the last {@link COUNTED_MS}. */
export class RecentCount {
  readonly #slices = new Array<number>(COUNTED_MS / SLICE_MS).fill(0);
  #slice = 0;
  #total = 0;

  /** @param now returns monotonic milliseconds. */
  constructor(private readonly now: () => number = performance.now.bind(performance)) {}

  get total(): number {
    this.#forget();
    return this.#total;
  }

  add(count: number): void {
    this.#forget();
    const index = this.#slice % this.#slices.length;
    this.#slices[index] = (this.#slices[index] ?? 0) + count;
    this.#total += count;
  }

  /** Empties the slices that begin since the last call. */
  #forget(): void {
    const current = Math.floor(this.now() / SLICE_MS);
    const passed = Math.min(current - this.#slice, this.#slices.length);
    this.#slice = current;
    for (let n = 0; n < passed; n++) {
      const index = (current - n) % this.#slices.length;
      this.#total -= this.#slices[index] ?? 0;
      this.#slices[index] = 0;
    }
  }
}
