import { Refusal } from "@parley/platform/http/problem";

export interface CircuitOptions {
  /** Failures in a row after which the circuit opens. */
  readonly failures?: number;
  /** Milliseconds that it stays open before a request may try again, for all. */
  readonly openFor?: number;
  readonly now?: () => number;
}

export type Circuit = ReturnType<typeof createCircuit>;

/**
 * Spares callers the wait for a server that is away: after some failures in a row requests are refused
 * at once, but for one now and then that tries whether it is back (Nygard, Release It!, "Circuit Breaker").
 */
export function createCircuit({
  failures = 5,
  openFor = 1_000,
  now = Date.now,
}: CircuitOptions = {}) {
  let failed = 0;
  let tryAt = 0;
  const isOpen = () => failed >= failures;

  /** Whoever tries puts off the next one, so that a single request at a time meets a server that may be down. */
  function refusalWhileOpen(): Refusal | null {
    if (!isOpen()) return null;
    const wait = tryAt - now();
    if (wait > 0) return new Refusal("unavailable", undefined, { retryAfter: wait / 1_000 });
    tryAt = now() + openFor;
    return null;
  }

  return {
    isOpen,
    /**
     * Does a request, unless the circuit is open.
     * @param isFault whether an error is the server's doing; what its caller did says nothing of it, and
     * lets the next one try.
     * @throws Refusal `unavailable` at once while it is open.
     */
    run<T>(request: () => Promise<T>, isFault: (error: unknown) => boolean): Promise<T> {
      const refusal = refusalWhileOpen();
      if (refusal) return Promise.reject(refusal);
      return request().then(
        (answer) => {
          failed = 0;
          return answer;
        },
        (error) => {
          if (isFault(error)) {
            failed++;
            tryAt = now() + openFor;
          } else tryAt = now();
          throw error;
        },
      );
    },
  };
}
