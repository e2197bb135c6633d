import type { Hook } from "@parley/platform/http/hooks";
import type { AppEnv } from "./env.ts";

/**
 * While the server is about to stop, ends each connection with the answer that goes out on it: a
 * request that met the end of a kept connection would be lost, and nobody could know whether it was done.
 */
export const sayFarewell = (isDraining: () => boolean): Hook<AppEnv> =>
  function sayFarewell(c) {
    if (isDraining()) c.res.headers.set("connection", "close");
  };
