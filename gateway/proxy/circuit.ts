import { Refusal } from "@parley/platform/http/problem";
import type { StateLog } from "@parley/platform/process/state-log";

export interface CircuitOptions {
  /** Consecutive failures after which the circuit opens. */
  readonly maxFailures?: number;
  /** How long the open circuit refuses requests before the next probe. */
  readonly probeIntervalMs?: number;
  readonly now?: () => number;
  /** Logs that the server does not respond, and that it responds again. */
  readonly state?: Pick<StateLog, "failed" | "responded" | "countFailures">;
}

const NO_LOG: Required<CircuitOptions>["state"] = {
  failed() {},
  responded() {},
  countFailures() {},
};

export type Circuit = ReturnType<typeof createCircuit>;

/**
 * A circuit breaker (Nygard, Release It!): after several consecutive failures it refuses requests at
 * once, so that callers need not wait for a server that is down; one probe per interval is sent.
 */
export function createCircuit({
  maxFailures = 5,
  probeIntervalMs = 1_000,
  now = Date.now,
  state = NO_LOG,
}: CircuitOptions = {}) {
  let failures = 0;
  let nextProbeAt = 0;
  /** How often the circuit was opened or closed from outside; a request that began before says nothing about the server of now. */
  let changes = 0;
  const isOpen = () => failures >= maxFailures;

  /** Half-open: one probe per interval. */
  function refusalWhileOpen(): Refusal | null {
    if (!isOpen()) return null;
    const waitMs = nextProbeAt - now();
    if (waitMs > 0) return new Refusal("unavailable", undefined, { retryAfter: waitMs / 1_000 });
    nextProbeAt = now() + probeIntervalMs;
    return null;
  }

  return {
    isOpen,
    /** The server is known to be up: the failures so far, and those of requests that are in flight, count no longer. */
    close(): void {
      changes++;
      failures = 0;
      state.responded();
    },
    /** The server is known to stop: requests are refused, and those in flight do not close the circuit. */
    open(): void {
      changes++;
      failures = maxFailures;
      state.failed("it stops");
      nextProbeAt = now() + probeIntervalMs;
    },
    /**
     * Sends a request, unless the circuit is open.
     * @param isServerFault whether an error is the server's; an error of the caller says nothing about
     * the server, and the next request may probe.
     * @throws Refusal `unavailable` at once while the circuit is open.
     */
    run<T>(request: () => Promise<T>, isServerFault: (error: unknown) => boolean): Promise<T> {
      const refusal = refusalWhileOpen();
      if (refusal) {
        state.countFailures(1);
        return Promise.reject(refusal);
      }
      const changesBefore = changes;
      return request().then(
        (response) => {
          if (changes === changesBefore) {
            failures = 0;
            state.responded();
          }
          return response;
        },
        (error) => {
          if (changes !== changesBefore) throw error;
          if (isServerFault(error)) {
            failures++;
            state.failed(error);
            nextProbeAt = now() + probeIntervalMs;
          } else nextProbeAt = now();
          throw error;
        },
      );
    },
  };
}
