import { createHash, timingSafeEqual } from "node:crypto";
import { collectDefaultMetrics, Registry } from "prom-client";
import { Refusal } from "./problem.ts";
import { bearerToken } from "./token.ts";

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

/**
 * Answers `/metrics`: Prometheus text, or OpenMetrics for who asks for it.
 * @throws Refusal `unauthenticated` when `token` is set and the request does not carry it.
 */
export async function metricsResponse(
  registry: Registry,
  request: Request,
  token: string | undefined,
): Promise<Response> {
  if (token !== undefined && !sameSecret(bearerToken(request.headers.get("authorization")), token))
    throw new Refusal("unauthenticated", "The metrics want the token of METRICS_TOKEN.");
  const openMetrics = asksForOpenMetrics(request.headers.get("accept") ?? "");
  return openMetrics ? openMetricsText(registry) : prometheusText(registry);
}

/** Whether `Accept` names it with a weight above 0 (RFC 9110, 12.4.2). */
function asksForOpenMetrics(accept: string): boolean {
  const range = accept
    .split(",")
    .find((range) => /^\s*application\/openmetrics-text\b/i.test(range));
  return range !== undefined && !/;\s*q=0(?:\.0*)?\s*(?:;|$)/i.test(range);
}

async function prometheusText(registry: Registry): Promise<Response> {
  return textResponse(await registry.metrics(), Registry.PROMETHEUS_CONTENT_TYPE);
}

/** A registry has one format at a time: it is set before the synchronous part of `metrics()` reads it. */
async function openMetricsText(registry: Registry): Promise<Response> {
  const open = Registry.merge([registry]);
  open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  return textResponse(await open.metrics(), Registry.OPENMETRICS_CONTENT_TYPE);
}

/** Its length is said, or else `HEAD` would say 0. */
function textResponse(text: string, type: string): Response {
  const body = Buffer.from(text);
  const headers = { "content-type": type, "content-length": String(body.byteLength) };
  return new Response(body, { headers });
}

/** Compares in constant time, whatever the lengths. */
function sameSecret(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(expected));
}
