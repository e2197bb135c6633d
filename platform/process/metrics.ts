import { collectDefaultMetrics, Registry } from "prom-client";

/** Metrics of prom-client that have wrong values on Bun. */
const WRONG_ON_BUN = ["nodejs_heap_space", "nodejs_active_handles", "process_heap_bytes"];

/** Creates a registry with the metrics of the process itself. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const { name } of registry.getMetricsAsArray())
    if (WRONG_ON_BUN.some((start) => name.startsWith(start))) registry.removeSingleMetric(name);
  return registry;
}
