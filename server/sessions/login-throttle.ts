/** How failures slow an account's sign-in down: times in milliseconds. */
const FREE_ATTEMPTS = 5;
const FIRST_WAIT = 10_000;
const LONGEST_WAIT = 5 * 60_000;
const FORGET_AFTER = 60 * 60_000;
const MAX_ACCOUNTS = 10_000;

interface Record {
  readonly attempts: number;
  /** When the newest attempt was made. */
  readonly at: number;
}

export type LoginThrottle = ReturnType<typeof createLoginThrottle>;

/**
 * Slows down who guesses one account's password (ASVS 5, 6.3.1): five attempts are free, then each
 * waits twice as long as the one before, up to five minutes, until one succeeds.
 *
 * An attempt counts when it begins, so that many at once gain nothing. Names without an account
 * count alike, and tell nothing. What is kept is bounded: the accounts longest at rest go first.
 */
export function createLoginThrottle(maxAccounts = MAX_ACCOUNTS) {
  const records = new Map<string, Record>();

  function keep(account: string, record: Record): void {
    records.delete(account);
    records.set(account, record);
    const [oldest] = records.keys();
    if (records.size > maxAccounts && oldest !== undefined) records.delete(oldest);
  }

  return {
    /** @returns 0 when an attempt may go on, which then counts, or the seconds to wait first. */
    attempt(account: string, now: number): number {
      const record = remembered(records.get(account), now);
      const wait = waitLeft(record, now);
      if (wait > 0) return Math.ceil(wait / 1000);
      keep(account, { attempts: record.attempts + 1, at: now });
      return 0;
    },

    succeeded(account: string): void {
      records.delete(account);
    },
  };
}

function remembered(record: Record | undefined, now: number): Record {
  return record && now - record.at < FORGET_AFTER ? record : { attempts: 0, at: now };
}

function waitLeft({ attempts, at }: Record, now: number): number {
  if (attempts < FREE_ATTEMPTS) return 0;
  return at + Math.min(FIRST_WAIT * 2 ** (attempts - FREE_ATTEMPTS), LONGEST_WAIT) - now;
}
