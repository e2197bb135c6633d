import { Refusal } from "@parley/platform/http/problem";
import { createScrapeHandler } from "@parley/platform/http/scrape-handler";
import type { PartState } from "@parley/platform/process/part-check";
import { Hono } from "hono";
import type { Registry } from "prom-client";
import * as v from "valibot";
import { documented } from "./documented.ts";
import type { AppEnv } from "./env.ts";
import type { Readiness } from "./readiness.ts";

const Health = v.object({ status: v.literal("ok") });

const Part = v.picklist(["ok", "away"] satisfies PartState[]);
const ReadyParts = v.object({
  status: v.picklist(["ok", "degraded"]),
  parts: v.object({ database: Part, objects: Part }),
});

const REASONS = {
  stopping: "The server is stopping.",
  away: "The database does not respond.",
} as const;

const METRICS = {
  mediaTypes: ["text/plain", "application/openmetrics-text"],
  type: "string",
} as const;

interface HealthDeps {
  registry: Registry;
  metricsToken: string | undefined;
  readReadiness(): Promise<Readiness>;
}

/** The routes of liveness, readiness and metrics. */
export function createHealthRoutes({ registry, metricsToken, readReadiness }: HealthDeps) {
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
        summary: "Whether the server is not stopping and its database responds",
        description:
          "`degraded` if the object store does not respond: avatars and files are then `unavailable`. A result is at most a second old.",
        answers: { 200: ["The server serves requests", ReadyParts] },
      }),
      async (c) => {
        const readiness = await readReadiness();
        if (readiness.kind === "stopping" || readiness.kind === "away")
          throw new Refusal("unavailable", REASONS[readiness.kind], { retryAfter: 1 });
        return c.json({ status: readiness.kind, parts: readiness.parts });
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
