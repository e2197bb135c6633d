import type { Hook } from "@parley/platform/http/hooks";
import { methodLabel } from "@parley/platform/http/methods";
import { RUNTIME, VERSION } from "@parley/platform/process/version";
import type { Registry } from "prom-client";
import Counter from "prom-client/lib/counter.js";
import Gauge from "prom-client/lib/gauge.js";
import Histogram from "prom-client/lib/histogram.js";
import type { GatewayEnv } from "../gateway-env.ts";
import { UPSTREAM_ERRORS } from "../proxy/upstream-failure.ts";
import { createBoundedLabel } from "./bounded-label.ts";
import { sentBytes } from "./sent-bytes.ts";
import type { ByteCounts, Traffic } from "./traffic.ts";

const MAX_USER_LABELS = 1_000;
const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Values that the gauges read when the metrics are scraped. */
export interface Gauges {
  readonly openSockets: () => number;
  readonly isLinkUp: () => boolean;
  readonly isCircuitOpen: () => boolean;
}

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;

/** The gateway's metrics, under the names of docs/protocol/metrics.md. */
export function createGatewayMetrics(registry: Registry, gauges: Gauges, traffic: Traffic) {
  const counter = <L extends string = never>(name: string, help: string, ...labelNames: L[]) =>
    new Counter<L>({ name, help, labelNames, registers: [registry] });
  const metrics = {
    requests: counter(
      "gateway_request_total",
      "Requests answered by the gateway",
      "method",
      "route",
      "status",
    ),
    duration: new Histogram({
      name: "gateway_request_duration_seconds",
      help: "Time from the arrival of a request to the head of its response",
      labelNames: ["method", "route", "status"],
      buckets: DURATION_BUCKETS_S,
      registers: [registry],
    }),
    userRequests: counter(
      "gateway_user_request_total",
      `Requests of each signed-in user; from the ${MAX_USER_LABELS + 1}st user on, of "other"`,
      "user",
    ),
    blocked: counter(
      "gateway_rate_limit_blocked_total",
      "Requests refused by the rate limit",
      "kind",
    ),
    upstreamErrors: counter(
      "gateway_upstream_error_total",
      "Requests that the server did not answer, by the error code of their callers",
      "code",
    ),
    storeErrors: counter(
      "gateway_rate_limit_store_error_total",
      "Requests that the rate-limit store could not count",
    ),
    errors: counter("app_error_total", "Error responses of the process", "code"),
  };
  for (const kind of ["ip", "user"]) metrics.blocked.inc({ kind }, 0);
  for (const code of UPSTREAM_ERRORS) metrics.upstreamErrors.inc({ code }, 0);
  countBytes(registry, traffic);
  countOverload(registry, traffic);
  addGauges(registry, gauges);
  return metrics;
}

/**
 * Counts and times each request, and counts the bytes of its response.
 * @param showUser makes the `user` label of a user ID.
 */
export function countRequest(
  { requests, duration, userRequests }: GatewayMetrics,
  bytes: ByteCounts,
  showUser: (user: string) => string,
): Hook<GatewayEnv> {
  const countOut = (size: number) => {
    bytes.out += size;
  };
  const userLabel = createBoundedLabel(MAX_USER_LABELS, showUser);
  return function countRequest(c) {
    const method = methodLabel(c.req.method);
    const route = c.get("route").pattern;
    const { status } = c.res;
    requests.inc({ method, route, status });
    const statusClass = `${Math.floor(status / 100)}xx`;
    const seconds = (performance.now() - c.get("arrivedAt")) / 1_000;
    duration.observe({ method, route, status: statusClass }, seconds);
    const user = c.get("identity")?.claims.sub;
    if (user) userRequests.inc({ user: userLabel(user) });
    const sent = sentBytes(c);
    c.set("sentBytes", sent);
    if (sent instanceof Promise) void sent.then(countOut);
    else countOut(sent);
  };
}

function countBytes(registry: Registry, { bytes }: Traffic): void {
  new Counter({
    name: "gateway_bytes_total",
    help: "Bytes of HTTP bodies and of WebSocket messages: in, from browsers; out, to browsers",
    labelNames: ["protocol", "direction"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [protocol, counts] of Object.entries(bytes))
        for (const [direction, count] of Object.entries(counts))
          this.inc({ protocol, direction }, count);
    },
  });
}

function countOverload(registry: Registry, { overload }: Traffic): void {
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  counter(
    "gateway_overloaded_send_total",
    "Messages of browsers that were refused, because more are sent than can be stored",
    () => overload.refusedSends,
  );
  counter(
    "gateway_slow_reader_total",
    "WebSocket connections that were closed because their readers are too slow",
    () => overload.slowReaders,
  );
}

function addGauges(registry: Registry, { openSockets, isLinkUp, isCircuitOpen }: Gauges): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge("gateway_open_sockets", "Open WebSocket connections of browsers", openSockets);
  gauge("gateway_link_up", "1 while the link to the server is up", () => +isLinkUp());
  gauge(
    "gateway_circuit_open",
    "1 while requests are refused because the server is down",
    () => +isCircuitOpen(),
  );
  gauge("app_uptime_seconds", "Seconds since the process started", () => process.uptime());
  new Gauge({
    name: "app_info",
    help: "Version and environment of the process; always 1",
    labelNames: ["version", "runtime", "database", "storage"],
    registers: [registry],
  }).set({ version: VERSION, runtime: RUNTIME, database: "none", storage: "none" }, 1);
}
