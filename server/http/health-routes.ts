import { Refusal } from "@parley/platform/http/problem";
import { createScrapeHandler } from "@parley/platform/http/scrape-handler";
import type { Log } from "@parley/platform/process/log";
import { Hono } from "hono";
import type { Registry } from "prom-client";
import * as v from "valibot";
import { documented } from "./documented.ts";
import type { AppEnv } from "./env.ts";

const Health = v.object({ status: v.literal("ok") });

const METRICS = {
  mediaTypes: ["text/plain", "application/openmetrics-text"],
  type: "string",
} as const;

interface HealthDeps {
  registry: Registry;
  metricsToken: string | undefined;
  isDraining(): boolean;
  /** By the name of the part; each throws when its part does not answer. */
  checks: Readonly<Record<string, () => Promise<unknown>>>;
  log: Pick<Log, "info" | "warn">;
}

/** Whether the server lives, whether it can do its work, and what it measured. */
export function createHealthRoutes(deps: HealthDeps) {
  const { registry, metricsToken, isDraining } = deps;
  const areReady = createChecks(deps);
  const scrape = createScrapeHandler(registry, { token: metricsToken });
  return new Hono<AppEnv>()
    .get(
      "/healthz",
      documented("GET /service/healthz", {
        tag: "health",
        summary: "Whether the process is alive",
        answers: { 200: ["It is", Health] },
      }),
      (c) => c.json({ status: "ok" }),
    )
    .get(
      "/readyz",
      documented("GET /service/readyz", {
        tag: "health",
        summary: "Whether the database and the object store respond",
        answers: { 200: ["They do", Health] },
      }),
      async (c) => {
        if (isDraining()) throw new Refusal("unavailable", "The server is about to stop.");
        if (!(await areReady()))
          throw new Refusal("unavailable", "A part does not answer.", { retryAfter: 1 });
        return c.json({ status: "ok" });
      },
    )
    .get(
      "/metrics",
      documented("GET /service/metrics", {
        tag: "health",
        summary: "The server’s metrics; the gateway does not pass this address on",
        answers: { 200: ["Prometheus or OpenMetrics text", METRICS] },
      }),
      (c) => scrape(c.req.raw),
    );
}

/** Looks at all parts; what stops answering, and answers again, is told once. */
function createChecks({ checks, log }: Pick<HealthDeps, "checks" | "log">) {
  const silent = new Set<string>();

  async function look(part: string, check: () => Promise<unknown>): Promise<boolean> {
    try {
      await check();
      if (silent.delete(part)) log.info({ part }, "a part answers again");
      return true;
    } catch (error) {
      if (!silent.has(part)) log.warn({ part, error: String(error) }, "a part does not answer");
      silent.add(part);
      return false;
    }
  }

  return async function areReady(): Promise<boolean> {
    const looks = Object.entries(checks).map(([part, check]) => look(part, check));
    return (await Promise.all(looks)).every(Boolean);
  };
}
