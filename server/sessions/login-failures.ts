/** Failures older than this do not count. */
export const FORGET_AFTER_MS = 60 * 60_000;
const MAX_KEYS = 50_000;

export interface FailureRecord {
  /** The number of failures that count. */
  readonly count: number;
  /** When the first and the newest of them happened, in Unix milliseconds. */
  readonly firstAt: number;
  readonly newestAt: number;
}

/** Remembers failed attempts to sign in by a key, such as an account or an address. */
export interface LoginFailures {
  /** @returns null when the key has no failure that counts. */
  read(key: string): FailureRecord | null | Promise<FailureRecord | null>;
  /** Adds a failure. The count starts again when the failures before it no longer count. */
  add(key: string): void | Promise<void>;
  /** Forgets the failures of a key. */
  clear(key: string): void | Promise<void>;
}

/** Fewer failures than `failures` no longer count `ms` milliseconds after the first of them. */
export interface FailureWindow {
  readonly failures: number;
  readonly ms: number;
}

interface LocalLoginFailuresOptions {
  window?: FailureWindow;
  maxKeys?: number;
  now?: () => number;
}

const NO_WINDOW: FailureWindow = { failures: 0, ms: 0 };

/**
 * Remembers failures in the memory of this process, until an hour after the newest of a key. Above
 * `maxKeys`, the key whose newest failure is the oldest is forgotten.
 */
export function createLocalLoginFailures({
  window = NO_WINDOW,
  maxKeys = MAX_KEYS,
  now = Date.now,
}: LocalLoginFailuresOptions = {}) {
  const records = new Map<string, FailureRecord>();

  function isForgotten({ count, firstAt, newestAt }: FailureRecord): boolean {
    const isWindowOver = count < window.failures && now() - firstAt >= window.ms;
    return isWindowOver || now() - newestAt >= FORGET_AFTER_MS;
  }

  function read(key: string): FailureRecord | null {
    const record = records.get(key);
    return record && !isForgotten(record) ? record : null;
  }

  return {
    read,

    add(key) {
      const record = read(key);
      const at = now();
      records.delete(key);
      records.set(key, {
        count: (record?.count ?? 0) + 1,
        firstAt: record?.firstAt ?? at,
        newestAt: at,
      });
      const [oldest] = records.keys();
      if (records.size > maxKeys && oldest !== undefined) records.delete(oldest);
    },

    clear(key) {
      records.delete(key);
    },
  } satisfies LoginFailures;
}
