import Counter from "prom-client/lib/counter.js";
import eventLoopLag from "prom-client/lib/metrics/eventLoopLag.js";
import gc from "prom-client/lib/metrics/gc.js";
import heapSizeAndUsed from "prom-client/lib/metrics/heapSizeAndUsed.js";
import osMemoryHeap from "prom-client/lib/metrics/osMemoryHeap.js";
import processMaxFileDescriptors from "prom-client/lib/metrics/processMaxFileDescriptors.js";
import processOpenFileDescriptors from "prom-client/lib/metrics/processOpenFileDescriptors.js";
import processRequests from "prom-client/lib/metrics/processRequests.js";
import processResources from "prom-client/lib/metrics/processResources.js";
import processStartTime from "prom-client/lib/metrics/processStartTime.js";
import version from "prom-client/lib/metrics/version.js";
import Registry from "prom-client/lib/registry.js";

/**
 * The default metrics of prom-client that have right values on Bun. They are imported one by one, as
 * every part of prom-client is: the whole package loads OpenTelemetry and a push gateway's HTTP client,
 * 4 MB that nothing here uses.
 */
const DEFAULT_METRICS = [
  collectCpuTime,
  processStartTime,
  osMemoryHeap,
  processOpenFileDescriptors,
  processMaxFileDescriptors,
  eventLoopLag,
  processResources,
  processRequests,
  heapSizeAndUsed,
  version,
  gc,
];
const EVENT_LOOP_SAMPLE_MS = 10;

/** Creates a registry with the metrics of the process itself. */
export function createRegistry(): Registry {
  const registry = new Registry();
  for (const collect of DEFAULT_METRICS)
    collect(registry, { eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS });
  // It belongs to the metrics of memory, and has a wrong value on Bun.
  registry.removeSingleMetric("process_heap_bytes");
  return registry;
}

/** Counts CPU time as prom-client does, whose own file is the one that needs OpenTelemetry. */
function collectCpuTime(registry: Registry): void {
  cpuCounter(registry, "process_cpu_user_seconds_total", "user", ({ user }) => user);
  cpuCounter(registry, "process_cpu_system_seconds_total", "system", ({ system }) => system);
  cpuCounter(
    registry,
    "process_cpu_seconds_total",
    "user and system",
    ({ user, system }) => user + system,
  );
}

function cpuCounter(
  registry: Registry,
  name: string,
  kind: string,
  microsecondsOf: (usage: NodeJS.CpuUsage) => number,
): void {
  new Counter({
    name,
    help: `Total ${kind} CPU time spent in seconds.`,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(microsecondsOf(process.cpuUsage()) / 1e6);
    },
  });
}
