import type { UserId } from "@parley/contracts/ids";
import { addressBlock } from "@parley/platform/http/ip-address";
import { type AttemptCount, createAttemptCounts, type WaitPolicy } from "./attempt-count.ts";
import { createLocalLoginFailures, type FailureWindow } from "./login-failures.ts";
import { createSlowdowns } from "./slowdowns.ts";

/** ASVS 5, 6.3.1: five guesses, then at most one in five minutes. */
const GUESSES: WaitPolicy = {
  free: 5,
  firstWaitMs: 10_000,
  maxWaitMs: 5 * 60_000,
  maxConcurrent: 20,
};
/** One caller who tries many accounts, or many people behind one address. */
const ADDRESS: WaitPolicy = { ...GUESSES, free: 20 };
const ADDRESS_WINDOW: FailureWindow = { failures: ADDRESS.free, ms: 10 * 60_000 };
/** Many callers who try one account. The wait is shorter than that of {@link GUESSES} after as many failures. */
const ACCOUNT: WaitPolicy = { ...GUESSES, free: 20, firstWaitMs: 1_000, maxWaitMs: 30_000 };

export type LoginCounts = ReturnType<typeof createLoginCounts>;

/**
 * The counts of failed attempts. Names without an account are counted like accounts, so that no response
 * tells whether an account exists.
 */
export function createLoginCounts(now: () => number = Date.now) {
  const failures = (window?: FailureWindow) =>
    createLocalLoginFailures({ now, ...(window && { window }) });
  const guesses = () =>
    createAttemptCounts({ failures: failures(), now }, { ...GUESSES, clears: true });
  const [byDevice, byUser, byAccountAndAddress] = [guesses(), guesses(), guesses()];
  const byAddress = createAttemptCounts(
    { failures: failures(ADDRESS_WINDOW), now },
    // Otherwise a caller with an account could sign in between guesses, and never wait.
    { ...ADDRESS, clears: false },
  );
  const byAccount = createSlowdowns({ failures: failures(), now }, ACCOUNT);

  return {
    /** A browser that was signed in as the user before: the guesses of others do not count. */
    ofDevice: (device: string): AttemptCount[] => [byDevice(device)],

    /** A browser that is not known. @param account the username; undefined for a name that no account can have. */
    ofStranger(account: string | undefined, address: string): AttemptCount[] {
      const block = addressBlock(address);
      return account === undefined
        ? [byAddress(block)]
        : [byAccountAndAddress(`${account} ${block}`), byAddress(block), byAccount(account, block)];
    },

    /** A signed-in user who confirms their password. */
    ofUser: (user: UserId): AttemptCount[] => [byUser(user)],
  };
}
