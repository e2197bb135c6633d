import type { Hook } from "@parley/platform/http/hooks";
import type { AppEnv } from "./env.ts";

/** Keeps a response out of caches unless its route set `Cache-Control`, because responses hold tokens and messages. */
export const setNoStore: Hook<AppEnv> = (c) => {
  if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
};
