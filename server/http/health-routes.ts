import { Refusal } from "@parley/platform/http/problem";
import { createScrapeHandler } from "@parley/platform/http/scrape-handler";
import type { Log } from "@parley/platform/process/log";
import { Hono } from "hono";
import type { Registry } from "prom-client";
import * as v from "valibot";
import { documented } from "./documented.ts";
import type { AppEnv } from "./env.ts";
import { createPartCheck, type PartState } from "./part-check.ts";

const Health = v.object({ status: v.literal("ok") });

const Part = v.picklist(["ok", "away"] satisfies PartState[]);
const Readiness = v.object({
  status: v.picklist(["ok", "degraded"]),
  parts: v.object({ database: Part, objects: Part }),
});

/** The parts by their names in the log. */
const PART_NAMES = {
  database: "the database (DATABASE_URL)",
  objects: "the object store (S3_ENDPOINT)",
} as const;

const METRICS = {
  mediaTypes: ["text/plain", "application/openmetrics-text"],
  type: "string",
} as const;

interface HealthDeps {
  registry: Registry;
  metricsToken: string | undefined;
  isDraining(): boolean;
  /** A check throws when its part does not respond. */
  checks: Readonly<Record<keyof typeof PART_NAMES, () => Promise<unknown>>>;
  log: Pick<Log, "info" | "warn">;
}

/** The routes of liveness, readiness and metrics. */
export function createHealthRoutes(deps: HealthDeps) {
  const { registry, metricsToken, isDraining } = deps;
  const checkParts = createPartChecks(deps);
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
        answers: { 200: ["The server serves requests", Readiness] },
      }),
      async (c) => {
        if (isDraining())
          throw new Refusal("unavailable", "The server is stopping.", { retryAfter: 1 });
        const parts = await checkParts();
        if (parts.database === "away")
          throw new Refusal("unavailable", "The database does not respond.", { retryAfter: 1 });
        return c.json({ status: parts.objects === "ok" ? "ok" : "degraded", parts });
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

/** Creates the check of each part; a change is logged once. */
function createPartChecks({ checks, log }: Pick<HealthDeps, "checks" | "log">) {
  const create = (name: keyof typeof PART_NAMES) =>
    createPartCheck(checks[name], (state, error) => {
      const part = PART_NAMES[name];
      if (state === "ok") log.info({ part }, "dependency responds again");
      else log.warn({ part, error: String(error) }, "dependency does not respond");
    });
  const [database, objects] = [create("database"), create("objects")];

  return async function checkParts() {
    const [databaseState, objectsState] = await Promise.all([database(), objects()]);
    return { database: databaseState, objects: objectsState };
  };
}
