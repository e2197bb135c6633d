/** A part that the server depends on, and whether it responds. */
export type PartState = "ok" | "away";

/**
 * Checks a part, or returns the result of a recent check.
 * @param maxAgeMs how old the result may be; by default `validMs`.
 */
export type PartCheck = (maxAgeMs?: number) => Promise<PartState>;

export interface PartCheckOptions {
  /** How long a result is returned again, because a caller of `/readyz` must not cost a query each time. */
  readonly validMs?: number;
  /** How long a part may take to respond. */
  readonly timeoutMs?: number;
}

const VALID_MS = 1_000;
const TIMEOUT_MS = 2_000;

/**
 * Creates the check of a part. At most one runs at a time: while a part hangs, it is away without
 * another check.
 * @param check throws when the part does not respond.
 * @param onChange is called when the part is away for the first time, with the error, and when it responds again.
 */
export function createPartCheck(
  check: () => Promise<unknown>,
  onChange: (state: PartState, error?: unknown) => void,
  { validMs = VALID_MS, timeoutMs = TIMEOUT_MS }: PartCheckOptions = {},
): PartCheck {
  let state: PartState = "ok";
  let isRunning = false;
  let checkedAt = Number.NEGATIVE_INFINITY;
  let latest: Promise<PartState> = Promise.resolve(state);

  function changeTo(next: PartState, error?: unknown): PartState {
    if (next !== state) onChange(next, error);
    state = next;
    return state;
  }

  async function run(): Promise<PartState> {
    const timeout = rejectAfter(timeoutMs);
    isRunning = true;
    const running = Promise.try(check).finally(() => {
      isRunning = false;
    });
    try {
      await Promise.race([running, timeout.promise]);
      return changeTo("ok");
    } catch (error) {
      return changeTo("away", error);
    } finally {
      clearTimeout(timeout.timer);
    }
  }

  return function checkPart(maxAgeMs = validMs): Promise<PartState> {
    if (isRunning || performance.now() - checkedAt < maxAgeMs) return latest;
    checkedAt = performance.now();
    latest = run();
    return latest;
  };
}

function rejectAfter(ms: number) {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no response within ${ms / 1_000} s`)), ms);
  return { promise, timer };
}
