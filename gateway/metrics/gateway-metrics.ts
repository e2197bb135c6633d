import { methodLabel } from "@parley/platform/methods";
import { RUNTIME, VERSION } from "@parley/platform/version";
import { createMiddleware } from "hono/factory";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { GatewayEnv } from "../gateway-env.ts";
import { createBoundedLabel } from "./bounded-label.ts";
import { sentBytes } from "./sent-bytes.ts";
import type { Bytes, Traffic } from "./traffic.ts";

const USERS_KEPT = 1_000;
const UPSTREAM_ERRORS = ["bad_gateway", "timeout", "unavailable"];
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What the gauges read when they are asked. */
export interface Gauges {
  readonly openSockets: () => number;
  readonly linkUp: () => boolean;
  readonly circuitOpen: () => boolean;
}

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;

/** The gateway's metrics, under the names of docs/protocol.md. */
export function createGatewayMetrics(registry: Registry, gauges: Gauges, traffic: Traffic) {
  const { openSockets, linkUp, circuitOpen } = gauges;
  const registers = [registry];
  const metrics = {
    requests: new Counter({
      name: "gateway_request_total",
      help: "Requests answered by the gateway",
      labelNames: ["method", "route", "status"],
      registers,
    }),
    duration: new Histogram({
      name: "gateway_request_duration_seconds",
      help: "Time from a request's arrival to its answer's head",
      labelNames: ["method", "route", "status"],
      buckets: SECONDS,
      registers,
    }),
    userRequests: new Counter({
      name: "gateway_user_request_total",
      help: `Requests of each signed-in user; from the ${USERS_KEPT + 1}st user on, of "other"`,
      labelNames: ["user"],
      registers,
    }),
    blocked: new Counter({
      name: "gateway_rate_limit_blocked_total",
      help: "Requests refused by the rate limit",
      labelNames: ["kind"],
      registers,
    }),
    upstreamErrors: new Counter({
      name: "gateway_upstream_error_total",
      help: "Requests that the server could not answer, by what their callers were told",
      labelNames: ["code"],
      registers,
    }),
    storeErrors: new Counter({
      name: "gateway_rate_limit_store_error_total",
      help: "Requests that the rate limit could not count",
      registers,
    }),
    errors: new Counter({
      name: "app_error_total",
      help: "Problems that the process answered with",
      labelNames: ["code"],
      registers,
    }),
  };
  countBytes(registers, traffic);
  observe(registers, "gateway_open_sockets", "Open WebSocket connections of browsers", openSockets);
  observe(registers, "gateway_link_up", "1 while the link to the server is up", () => +linkUp());
  observe(
    registers,
    "gateway_circuit_open",
    "1 while requests are refused because the server is away",
    () => +circuitOpen(),
  );
  observe(registers, "app_uptime_seconds", "How long the process has run", () => process.uptime());
  new Gauge({
    name: "app_info",
    help: "What the process is; always 1",
    labelNames: ["version", "runtime", "database", "storage"],
    registers,
  }).set({ version: VERSION, runtime: RUNTIME, database: "none", storage: "none" }, 1);
  for (const kind of ["ip", "user"]) metrics.blocked.inc({ kind }, 0);
  for (const code of UPSTREAM_ERRORS) metrics.upstreamErrors.inc({ code }, 0);
  return metrics;
}

/** Counts and times every request, and the bytes of its answer. */
export function measure({ requests, duration, userRequests }: GatewayMetrics, bytes: Bytes) {
  const out = (size: number) => {
    bytes.out += size;
  };
  const userLabel = createBoundedLabel(USERS_KEPT);
  return createMiddleware<GatewayEnv>(async function measure(c, next) {
    const start = performance.now();
    await next();
    const method = methodLabel(c.req.method);
    const route = c.get("route").pattern;
    const { status } = c.res;
    requests.inc({ method, route, status });
    const statusClass = `${Math.floor(status / 100)}xx`;
    duration.observe({ method, route, status: statusClass }, (performance.now() - start) / 1_000);
    const user = c.get("identity")?.claims.sub;
    if (user) userRequests.inc({ user: userLabel(user) });
    const sent = sentBytes(c);
    c.set("sent", sent);
    if (sent instanceof Promise) void sent.then(out);
    else out(sent);
  });
}

function countBytes(registers: Registry[], traffic: Traffic): void {
  new Counter({
    name: "gateway_bytes_total",
    help: "Bytes of HTTP bodies and of WebSocket messages: in, from browsers; out, to browsers",
    labelNames: ["protocol", "direction"],
    registers,
    collect() {
      this.reset();
      for (const [protocol, bytes] of Object.entries(traffic))
        for (const [direction, count] of Object.entries(bytes))
          this.inc({ protocol, direction }, count);
    },
  });
}

function observe(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read());
    },
  });
}
