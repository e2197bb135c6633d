import { collectDefaultMetrics, Registry } from "prom-client";

/** prom-client's process metrics that read right on Bun; heap spaces and handles do not. */
const MISREAD_ON_BUN = ["nodejs_heap_space", "nodejs_active_handles", "process_heap_bytes"];

/** A registry that already holds the metrics of the process itself. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const { name } of registry.getMetricsAsArray())
    if (MISREAD_ON_BUN.some((start) => name.startsWith(start))) registry.removeSingleMetric(name);
  return registry;
}
