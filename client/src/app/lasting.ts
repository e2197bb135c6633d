import { createEffect, createMemo, createSignal, onCleanup } from "solid-js";

/** @returns whether a state has lasted for `ms`; false at once when the state ends. */
export function createLasting(state: () => boolean, ms: number): () => boolean {
  // A memo, so that a change of its sources that leaves the state as it is does not restart the timer.
  const isOn = createMemo(state);
  const [hasLasted, setHasLasted] = createSignal(false);
  createEffect(() => {
    setHasLasted(false);
    if (!isOn()) return;
    const timer = setTimeout(() => setHasLasted(true), ms);
    onCleanup(() => clearTimeout(timer));
  });
  return () => isOn() && hasLasted();
}
