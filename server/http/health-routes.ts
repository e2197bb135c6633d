import { Refusal } from "@parley/platform/problem";
import { createScrape } from "@parley/platform/scrape";
import { Hono } from "hono";
import type { Registry } from "prom-client";
import { documented } from "./documented.ts";
import type { AppEnv } from "./env.ts";

interface HealthDeps {
  registry: Registry;
  metricsToken: string | undefined;
  isDraining(): boolean;
  /** Each throws when its part does not answer. */
  checks: readonly (() => Promise<unknown>)[];
}

/** Whether the server lives, whether it can do its work, and what it measured. */
export function createHealthRoutes({ registry, metricsToken, isDraining, checks }: HealthDeps) {
  const scrape = createScrape(registry, { token: metricsToken });
  const about = { tag: "health", open: true };
  return new Hono<AppEnv>()
    .get("/healthz", documented({ ...about, summary: "Alive", answers: { 200: ["Yes"] } }), (c) =>
      c.json({ status: "ok" }),
    )
    .get(
      "/readyz",
      documented({
        ...about,
        summary: "Database and object store answer",
        answers: { 200: ["Yes"] },
        refusals: ["unavailable"],
      }),
      async (c) => {
        if (isDraining()) throw new Refusal("unavailable", "The server is about to stop.");
        await Promise.all(checks.map((check) => check())).catch(() => {
          throw new Refusal("unavailable", "A part does not answer.", { retryAfter: 1 });
        });
        return c.json({ status: "ok" });
      },
    )
    .get(
      "/metrics",
      documented({ ...about, summary: "What was measured", answers: { 200: ["Prometheus text"] } }),
      (c) => scrape(c.req.raw),
    );
}
