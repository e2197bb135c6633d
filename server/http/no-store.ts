import type { Hook } from "@parley/platform/http/hooks";
import type { AppEnv } from "./env.ts";

/** Keeps an answer out of every cache, unless its route says otherwise: they hold tokens and people's words. */
export const keepUncached: Hook<AppEnv> = (c) => {
  if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
};
