import { setImmediate } from "node:timers/promises";

/** Short beside the milliseconds that a request takes, long beside the cost of a turn of the event loop. */
const SLICE_MS = 4;

/**
 * Divides long work of the event loop into slices, between which other events are handled.
 * @returns the function to call after each step, which waits for a turn once a slice is used up.
 */
export function createTimeSlices(sliceMs = SLICE_MS): () => Promise<void> | undefined {
  let start = performance.now();
  return function endOfSlice() {
    if (performance.now() - start < sliceMs) return undefined;
    return setImmediate().then(() => {
      start = performance.now();
    });
  };
}
