import { Refusal } from "@parley/platform/http/problem";

/** How failures slow an account's sign-in down: times in milliseconds. */
const FREE_FAILURES = 5;
const FIRST_WAIT = 10_000;
const LONGEST_WAIT = 5 * 60_000;
const FORGET_AFTER = 60 * 60_000;
const MAX_ACCOUNTS = 10_000;
/** Attempts on one account that may be under way at once. */
const AT_ONCE = 20;

interface Record {
  readonly failures: number;
  /** When the newest one was. */
  readonly at: number;
}

const NONE: Record = { failures: 0, at: 0 };

interface ThrottleOptions {
  maxAccounts?: number;
  clock?: () => number;
}

export type LoginThrottle = ReturnType<typeof createLoginThrottle>;

/**
 * Slows down who guesses one account's password (ASVS 5, 6.3.1): after five failures each further
 * attempt waits, twice as long as the one before, up to five minutes, until one succeeds.
 *
 * Many at once gain little: so many may be under way for an account, and one alone after the five.
 * Names without an account count alike, and tell nothing. What is kept is bounded: the accounts
 * longest at rest go first.
 */
export function createLoginThrottle({
  maxAccounts = MAX_ACCOUNTS,
  clock = Date.now,
}: ThrottleOptions = {}) {
  const records = new Map<string, Record>();
  const underWay = new Map<string, number>();

  function recordOf(account: string): Record {
    const record = records.get(account);
    return record && clock() - record.at < FORGET_AFTER ? record : NONE;
  }

  function begin(account: string): void {
    const record = recordOf(account);
    const wait = waitLeft(record, clock());
    if (wait > 0) throw tooMany(wait);
    const running = underWay.get(account) ?? 0;
    if (running >= (record.failures < FREE_FAILURES ? AT_ONCE : 1)) throw tooMany(1_000);
    underWay.set(account, running + 1);
  }

  function end(account: string): void {
    const running = (underWay.get(account) ?? 1) - 1;
    if (running > 0) underWay.set(account, running);
    else underWay.delete(account);
  }

  function failed(account: string): void {
    const { failures } = recordOf(account);
    records.delete(account);
    records.set(account, { failures: failures + 1, at: clock() });
    const [oldest] = records.keys();
    if (records.size > maxAccounts && oldest !== undefined) records.delete(oldest);
  }

  /**
   * Runs an attempt on an account, and remembers how it went; one that throws is no failure.
   * @param verify resolves to null for a wrong password.
   * @throws Refusal `rate_limited` when the account must wait first.
   */
  return async function attempt<T>(
    account: string,
    verify: () => Promise<T | null>,
  ): Promise<T | null> {
    begin(account);
    try {
      const result = await verify();
      if (result === null) failed(account);
      else records.delete(account);
      return result;
    } finally {
      end(account);
    }
  };
}

function waitLeft({ failures, at }: Record, now: number): number {
  if (failures < FREE_FAILURES) return 0;
  return at + Math.min(FIRST_WAIT * 2 ** (failures - FREE_FAILURES), LONGEST_WAIT) - now;
}

function tooMany(wait: number): Refusal {
  return new Refusal("rate_limited", "Too many attempts for this account.", {
    retryAfter: Math.ceil(wait / 1000),
  });
}
