export interface WorkLoopOptions {
  /** How long to wait after a step failed. */
  readonly retryMs: number;
  onError(error: unknown): void;
}

export interface WorkLoop extends AsyncDisposable {
  /** Ends the wait between two steps. */
  wake(): void;
}

/**
 * Runs the steps of background work, one after the other, until it is disposed of.
 * @param step does a bounded part of the work. @returns the milliseconds to wait before the next step.
 */
export function startWorkLoop(
  step: () => Promise<number>,
  { retryMs, onError }: WorkLoopOptions,
): WorkLoop {
  let isStopped = false;
  let wakeUp = Promise.withResolvers<void>();

  async function work(): Promise<void> {
    while (!isStopped) {
      const waitMs = await step().catch((error: unknown) => {
        onError(error);
        return retryMs;
      });
      const timer = setTimeout(wakeUp.resolve, Math.max(waitMs, 0));
      await wakeUp.promise;
      clearTimeout(timer);
      wakeUp = Promise.withResolvers();
    }
  }

  const working = work();
  return {
    wake: () => wakeUp.resolve(),
    async [Symbol.asyncDispose]() {
      isStopped = true;
      wakeUp.resolve();
      await working;
    },
  };
}
