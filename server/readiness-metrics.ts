import type { Registry } from "prom-client";
import Gauge from "prom-client/lib/gauge.js";
import type { Readiness } from "./http/readiness.ts";

interface ReadinessMetricsDeps {
  readonly registry: Registry;
  readReadiness(): Promise<Readiness>;
  /** The number of transactions and statements that wait for a connection to the database. */
  waitingStatements(): number;
}

/** Adds the metrics of the parts that the server depends on; a scrape costs a query in a second at most. */
export function addReadinessMetrics(deps: ReadinessMetricsDeps): void {
  const { readReadiness, waitingStatements } = deps;
  const registers = [deps.registry];
  new Gauge({
    name: "app_ready",
    help: "1 while /service/readyz answers 200",
    registers,
    async collect() {
      const { kind } = await readReadiness();
      this.set(kind === "ok" || kind === "degraded" ? 1 : 0);
    },
  });
  new Gauge({
    name: "app_dependency_up",
    help: "1 while a part that the server depends on responds",
    labelNames: ["part"],
    registers,
    async collect() {
      const readiness = await readReadiness();
      if (readiness.kind === "stopping") return;
      for (const [part, state] of Object.entries(readiness.parts))
        this.set({ part }, state === "ok" ? 1 : 0);
    },
  });
  new Gauge({
    name: "database_pool_waiting",
    help: "Transactions and statements that wait for a connection to the database",
    registers,
    collect() {
      this.set(waitingStatements());
    },
  });
}
