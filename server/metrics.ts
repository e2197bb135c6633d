import { createRegistry } from "@parley/platform/process/metrics";
import { RUNTIME, VERSION } from "@parley/platform/process/version";
import Counter from "prom-client/lib/counter.js";
import Gauge from "prom-client/lib/gauge.js";
import Histogram from "prom-client/lib/histogram.js";

export type ServerMetrics = ReturnType<typeof createServerMetrics>;

/** Creates the metrics of the server; docs/protocol/metrics.md documents their names. */
export function createServerMetrics(
  parts: { database: string; storage: string },
  openSockets: () => number,
) {
  const registry = createRegistry();
  const registers = [registry];
  new Gauge({
    name: "ws_manager_active_chats_total",
    help: "Open WebSocket connections",
    registers,
    collect() {
      this.set(openSockets());
    },
  });
  new Gauge({
    name: "app_uptime_seconds",
    help: "Seconds since the process started",
    registers,
    collect() {
      this.set(process.uptime());
    },
  });
  new Gauge({
    name: "app_info",
    help: "Version, runtime and storage of this process; always 1",
    labelNames: ["version", "runtime", "database", "storage"],
    registers,
  }).set({ version: VERSION, runtime: RUNTIME, ...parts }, 1);
  return {
    registry,
    requests: new Counter({
      name: "app_request_total",
      help: "HTTP requests answered",
      labelNames: ["method", "route", "status"],
      registers,
    }),
    errors: new Counter({
      name: "app_error_total",
      help: "Errors answered, by code",
      labelNames: ["code"],
      registers,
    }),
    messageTime: new Histogram({
      name: "message_processing_time_seconds",
      help: "Seconds from reading a send to its commit (total), and of the commit of its batch (commit)",
      labelNames: ["stage"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    blocksEnded: new Counter({
      name: "block_expired_total",
      help: "Blocks that ended because their time was over",
      registers,
    }),
  };
}
