/** Failures older than this do not count. */
export const FORGET_AFTER_MS = 60 * 60_000;
const MAX_ACCOUNTS = 10_000;

export interface FailureRecord {
  /** The number of failures since the account's last success. */
  readonly count: number;
  /** When the newest failure happened, in Unix milliseconds. */
  readonly newestAt: number;
}

/** Remembers failed attempts to sign in, by account. */
export interface LoginFailures {
  /** @returns null when the account has no failure, or none within the last hour. */
  read(account: string): FailureRecord | null | Promise<FailureRecord | null>;
  /** Adds a failure. The count starts again when the newest failure is older than an hour. */
  add(account: string): void | Promise<void>;
  /** Forgets the failures of an account. */
  clear(account: string): void | Promise<void>;
}

interface LocalLoginFailuresOptions {
  maxAccounts?: number;
  now?: () => number;
}

/** Remembers failures in the memory of this process. Above `maxAccounts`, the oldest are forgotten. */
export function createLocalLoginFailures({
  maxAccounts = MAX_ACCOUNTS,
  now = Date.now,
}: LocalLoginFailuresOptions = {}) {
  const records = new Map<string, FailureRecord>();

  function read(account: string): FailureRecord | null {
    const record = records.get(account);
    return record && now() - record.newestAt < FORGET_AFTER_MS ? record : null;
  }

  return {
    read,

    add(account) {
      const count = (read(account)?.count ?? 0) + 1;
      records.delete(account);
      records.set(account, { count, newestAt: now() });
      const [oldest] = records.keys();
      if (records.size > maxAccounts && oldest !== undefined) records.delete(oldest);
    },

    clear(account) {
      records.delete(account);
    },
  } satisfies LoginFailures;
}
