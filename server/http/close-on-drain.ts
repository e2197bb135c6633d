import type { Hook } from "@parley/platform/http/hooks";
import type { AppEnv } from "./env.ts";

/**
 * Sends `Connection: close` with each response while the server drains, because a request on a
 * connection that is being closed would be lost, and its sender could not know whether it was done.
 */
export const closeOnDrain = (isDraining: () => boolean): Hook<AppEnv> =>
  function closeOnDrain(c) {
    if (isDraining()) c.res.headers.set("connection", "close");
  };
