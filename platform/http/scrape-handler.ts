import { createHash, timingSafeEqual } from "node:crypto";
import Registry from "prom-client/lib/registry.js";
import { type Rate, TokenBucket } from "../async/token-bucket.ts";
import { Refusal } from "./problem.ts";
import { bearerToken } from "./token.ts";

const { PROMETHEUS_CONTENT_TYPE, OPENMETRICS_CONTENT_TYPE } = Registry;
/** Limits how often the metrics are rendered, because one rendering may block the process for 20 ms. */
const RENDER_RATE: Rate = { perSecond: 1, burst: 10 };

export interface ScrapeHandlerOptions {
  /** The token that callers must send, where one is required. */
  readonly token: string | undefined;
  /** Returns monotonic milliseconds. */
  readonly now?: (() => number) | undefined;
}

/**
 * Creates the handler of `/metrics`: it returns the Prometheus text format, or OpenMetrics where `Accept`
 * names it. A caller that scrapes without pause gets values that are up to one second old.
 */
export function createScrapeHandler(registry: Registry, { token, now }: ScrapeHandlerOptions) {
  const text = rateLimited(() => render(registry.metrics()), new TokenBucket(RENDER_RATE, now));
  const open = rateLimited(() => render(openMetrics(registry)), new TokenBucket(RENDER_RATE, now));

  /** @throws Refusal `unauthenticated` where a token is required and the request does not have it. */
  return async function scrape({ headers }: Request): Promise<Response> {
    if (token !== undefined && !sameSecret(bearerToken(headers.get("authorization")), token))
      throw new Refusal("unauthenticated", "The metrics require the token of METRICS_TOKEN.");
    return asksForOpenMetrics(headers.get("accept") ?? "")
      ? metricsResponse(await open(), OPENMETRICS_CONTENT_TYPE)
      : metricsResponse(await text(), PROMETHEUS_CONTENT_TYPE);
  };
}

/** Whether `Accept` names OpenMetrics with a weight above 0 (RFC 9110, 12.4.2). */
function asksForOpenMetrics(accept: string): boolean {
  const range = accept
    .split(",")
    .find((range) => /^\s*application\/openmetrics-text\b/i.test(range));
  return range !== undefined && !/;\s*q=0(?:\.0*)?\s*(?:;|$)/i.test(range);
}

/** Renders at the rate of the bucket; other calls get the last rendering. */
function rateLimited<T>(render: () => Promise<T>, bucket: TokenBucket): () => Promise<T> {
  let last: Promise<T> | undefined;
  return () => {
    if (bucket.take() === 0 || last === undefined) last = render();
    return last;
  };
}

/** Encodes the text as bytes, so that the response can have `Content-Length`. */
async function render(text: Promise<string>): Promise<Uint8Array<ArrayBuffer>> {
  return new TextEncoder().encode(await text);
}

/**
 * Renders OpenMetrics. prom-client removes `_total` from the names of the counters themselves before
 * its first await, so the names are restored right after the call.
 */
function openMetrics(registry: Registry): Promise<string> {
  const open = Registry.merge([registry]);
  open.setContentType(OPENMETRICS_CONTENT_TYPE as never);
  const metrics = open.getMetricsAsArray();
  const names = metrics.map(({ name }) => name);
  const text = open.metrics();
  for (const [index, metric] of metrics.entries()) metric.name = names[index] ?? metric.name;
  return text;
}

function metricsResponse(body: Uint8Array<ArrayBuffer>, type: string): Response {
  const headers = { "content-type": type, "content-length": String(body.byteLength) };
  return new Response(body, { headers });
}

/** Compares in constant time, for any lengths. */
function sameSecret(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(expected));
}
