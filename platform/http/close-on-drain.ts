import type { ContextWith } from "./hooks.ts";

/**
 * Sends `Connection: close` with each response while the process is about to stop, because a request on
 * a connection that is being closed would be lost, and its sender could not know whether it was done.
 */
export const closeOnDrain = (isDraining: () => boolean) =>
  function closeOnDrain(c: Pick<ContextWith<never, never>, "res">): undefined {
    if (isDraining()) c.res.headers.set("connection", "close");
  };
