/** A wait that ends: `run` starts the clock anew, `stop` stops it, and the signal aborts when it has run out. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  run(): void;
  stop(): void;
  /** Ends the wait before its time, with what became known meanwhile. */
  giveUp(error: Error): void;
}

/** @param ms how long one wait may last. */
export function createDeadline(ms: number): Deadline {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const giveUp = (error: Error) => controller.abort(error);
  const expire = () => giveUp(new DOMException("The server was silent too long", "TimeoutError"));
  const stop = () => clearTimeout(timer);
  return {
    signal: controller.signal,
    run() {
      stop();
      timer = setTimeout(expire, ms);
    },
    stop,
    giveUp,
    [Symbol.dispose]: stop,
  };
}
