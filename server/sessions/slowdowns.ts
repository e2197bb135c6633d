import { type AttemptCount, type WaitPolicy, waitAfter } from "./attempt-count.ts";
import type { FailureRecord, LoginFailures } from "./login-failures.ts";

const MAX_TURNS = 50_000;

interface SlowdownsDeps {
  failures: LoginFailures;
  now?: () => number;
}

/**
 * Slows down the attempts on an account from all addresses, without keeping anybody out.
 *
 * A wait that began at the newest failure would never end while strangers guess. Each address therefore
 * waits by itself: its first attempt is refused and told the wait, after which the address has one
 * attempt, whatever others do.
 * @returns the function that returns the count of an account for attempts from an address.
 */
export function createSlowdowns(
  { failures, now = Date.now }: SlowdownsDeps,
  policy: WaitPolicy,
  maxTurns = MAX_TURNS,
) {
  /** When the next attempt of an account from an address may begin, in Unix milliseconds. */
  const turns = new Map<string, number>();
  const running = new Set<string>();

  function turnOf(key: string, waitMs: number): number {
    const turn = turns.get(key) ?? now() + waitMs;
    turns.set(key, turn);
    const [oldest] = turns.keys();
    if (turns.size > maxTurns && oldest !== undefined) turns.delete(oldest);
    return turn;
  }

  return function slowdownOf(account: string, address: string): AttemptCount {
    const key = `${account} ${address}`;
    return {
      read: () => failures.read(account),

      waitMs(record: FailureRecord | null) {
        const wait = waitAfter(record?.count ?? 0, policy);
        if (wait === 0) return 0;
        return running.has(key) ? wait : turnOf(key, wait) - now();
      },

      begin: () => void running.add(key),
      end: () => void running.delete(key),

      addFailure() {
        turns.delete(key);
        return failures.add(account);
      },

      addSuccess: () => void turns.delete(key),
    };
  };
}
