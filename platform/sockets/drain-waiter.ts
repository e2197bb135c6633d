/** Lets any number of callers wait for the moment when a reader has taken all that was sent to it. */
export class DrainWaiter {
  #drained: PromiseWithResolvers<void> | undefined;

  get isWaiting(): boolean {
    return this.#drained !== undefined;
  }

  /** Resolves at the next `release`. */
  wait(): Promise<void> {
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  /** Call when nothing is buffered for the reader, and when the reader is gone. */
  release(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }
}
