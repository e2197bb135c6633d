import type { Step } from "@parley/platform/http/pipeline";
import type { AppEnv } from "./env.ts";

/** Keeps an answer out of every cache, unless its route says otherwise: they hold tokens and people's words. */
export const keepUncached: Step<AppEnv> = (c) => {
  if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
};
