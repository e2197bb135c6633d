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
  /** By the name of the dependency; a check throws when its dependency does not respond. */
  checks: Readonly<Record<string, () => Promise<unknown>>>;
  log: Pick<Log, "info" | "warn">;
}

/** The routes of liveness, readiness and metrics. */
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
        answers: { 200: ["The process is alive", Health] },
      }),
      (c) => c.json({ status: "ok" }),
    )
    .get(
      "/readyz",
      documented("GET /service/readyz", {
        tag: "health",
        summary: "Whether the database and the object store respond",
        answers: { 200: ["Both respond", Health] },
      }),
      async (c) => {
        if (isDraining()) throw new Refusal("unavailable", "The server is stopping.");
        if (!(await areReady()))
          throw new Refusal("unavailable", "A dependency does not respond.", { retryAfter: 1 });
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

/** Runs all checks at once; logs when a dependency stops responding, and when it responds again. */
function createChecks({ checks, log }: Pick<HealthDeps, "checks" | "log">) {
  const failing = new Set<string>();

  async function runCheck(part: string, check: () => Promise<unknown>): Promise<boolean> {
    try {
      await check();
      if (failing.delete(part)) log.info({ part }, "dependency responds again");
      return true;
    } catch (error) {
      if (!failing.has(part))
        log.warn({ part, error: String(error) }, "dependency does not respond");
      failing.add(part);
      return false;
    }
  }

  return async function areReady(): Promise<boolean> {
    const results = Object.entries(checks).map(([part, check]) => runCheck(part, check));
    return (await Promise.all(results)).every(Boolean);
  };
}
